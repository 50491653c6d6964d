import { fork } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { RtpStream } from '@ringdown/testkit'
import { cpuMs } from './process-cost.ts'
import { DelayLog, stamp } from './stamped-voice.ts'

export type RelayFigures = { cpuMsPerCallSecond: number; delays: readonly number[] }

type End = { stream: RtpStream; close(): void }

const settleMs = 3_000

/** The same packets through a process that only passes them on. */
export async function measureRelay(order: { calls: number; seconds: number }): Promise<RelayFigures> {
  const child = fork(join(import.meta.dirname, 'relay.ts'), [String(order.calls)])
  const ends: End[] = []
  try {
    const [ports] = (await once(child, 'message')) as [[number, number][]]
    const log = new DelayLog()
    for (const [index, port] of ports.flat().entries()) ends.push(await openEnd({ port, voice: index, log }))
    await wait(settleMs)
    const before = cpuMs(child.pid!)
    log.isOpen = true
    await wait(order.seconds * 1000)
    log.isOpen = false
    const spent = cpuMs(child.pid!) - before
    return { cpuMsPerCallSecond: spent / order.seconds / order.calls, delays: log.delays }
  } finally {
    for (const end of ends) end.close()
    child.disconnect()
  }
}

async function openEnd(order: { port: number; voice: number; log: DelayLog }): Promise<End> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1')
  await once(socket, 'listening')
  let isOpen = true
  const send = (packet: Uint8Array) => {
    if (isOpen) socket.send(packet, order.port, '127.0.0.1')
  }
  const stream = new RtpStream({ codec: 'PCMU', payloadType: 0, sendRtp: send, sendRtcp: () => undefined })
  socket.on('message', bytes => stream.receive(bytes))
  stamp(stream, order.voice)
  order.log.listen(stream)
  return {
    stream,
    close() {
      stream.close()
      isOpen = false
      socket.close()
    },
  }
}
