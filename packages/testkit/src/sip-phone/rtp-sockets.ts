import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'

export type RtpSockets = {
  readonly port: number
  /** Where our packets go; nothing is sent before it is known. */
  remote: { address: string; port: number } | undefined
  sendRtp(packet: Uint8Array): void
  sendRtcp(packet: Uint8Array): void
  close(): Promise<void>
}

/** At an address of this machine: an even port for RTP and the odd one above it for RTCP (RFC 3550 §11). */
export async function openRtpSockets(
  address: string,
  onPacket: (packet: Uint8Array) => void,
): Promise<RtpSockets> {
  const { rtp, rtcp } = await bindPair(address)
  rtp.on('message', onPacket)
  rtcp.on('message', onPacket)
  let isOpen = true
  const sockets: RtpSockets = {
    port: rtp.address().port,
    remote: undefined,
    sendRtp(packet) {
      if (isOpen && sockets.remote) rtp.send(packet, sockets.remote.port, sockets.remote.address)
    },
    sendRtcp(packet) {
      if (isOpen && sockets.remote) rtcp.send(packet, sockets.remote.port + 1, sockets.remote.address)
    },
    async close() {
      if (!isOpen) return
      isOpen = false
      await Promise.all([closed(rtp), closed(rtcp)])
    },
  }
  return sockets
}

async function bindPair(address: string): Promise<{ rtp: Socket; rtcp: Socket }> {
  for (let tries = 0; tries < 200; tries++) {
    const rtp = await bind(address, 0)
    const { port } = rtp?.address() ?? {}
    const rtcp = port !== undefined && port % 2 === 0 ? await bind(address, port + 1) : undefined
    if (rtp && rtcp) return { rtp, rtcp }
    if (rtp) await closed(rtp)
  }
  throw new Error(`no ports for audio are free at ${address}, or this machine has no such address`)
}

async function bind(address: string, port: number): Promise<Socket | undefined> {
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4')
  try {
    socket.bind(port, address)
    await once(socket, 'listening')
    return socket
  } catch {
    return undefined
  }
}

const closed = (socket: Socket) => new Promise<void>(resolve => socket.close(() => resolve()))
