import { decodeG711, parseRtp, payloadOf, tickDistance } from '@ringdown/media'
import { runPeer } from './program.ts'

/** No test needs more. s */
const limitS = 180

export type Capture = {
  /** Ends it, and gives what a listener at these ports heard (PCMU, 8 kHz) between two times (ms of `performance.now()`). */
  heard(from: number, until: number): Promise<Int16Array>
  stop(): Promise<void>
}

type Captured = { at: number; timestamp: number; payload: Uint8Array }

/** Listens on the loopback interface to what arrives at UDP ports `from` to `to`, beside whoever has them. */
export async function capture(order: { from: number; to: number }): Promise<Capture> {
  const filter = `udp dst portrange ${order.from}-${order.to}`
  const fields = ['-T', 'fields', '-e', 'frame.time_epoch', '-e', 'udp.payload']
  const tshark = runPeer({
    command: 'tshark',
    args: ['-i', 'lo', '-n', '-l', '-a', `duration:${limitS}`, '-f', filter, ...fields],
  })
  await tshark.said(/Capturing on/)
  return {
    async heard(from, until) {
      await tshark.stop()
      const packets = packetsOf(tshark.output()).filter(p => p.at >= from && p.at < until)
      return listened(packets)
    },
    stop: () => tshark.stop(),
  }
}

function packetsOf(output: string): Captured[] {
  const lines = output.matchAll(/^(\d+\.\d+)\t([0-9a-f:]+)$/gm)
  return [...lines].flatMap(([, time, hex]) => {
    const packet = parseRtp(Buffer.from(hex!.replaceAll(':', ''), 'hex'))
    if (packet === undefined || packet.payloadType !== 0) return []
    const at = Number(time) * 1000 - performance.timeOrigin
    return [{ at, timestamp: packet.timestamp, payload: payloadOf(packet).slice() }]
  })
}

/** Each packet at the place that its timestamp says. */
function listened(packets: Captured[]): Int16Array {
  const first = packets[0]
  if (!first) return new Int16Array()
  const placed = packets.map(p => ({ ...p, place: tickDistance(first.timestamp, p.timestamp) }))
  const length = placed.reduce((most, p) => Math.max(most, p.place + p.payload.length), 0)
  const samples = new Int16Array(length)
  for (const { place, payload } of placed) if (place >= 0) samples.set(decodeG711('PCMU', payload), place)
  return samples
}
