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

/** An even port for RTP and the odd one above it for RTCP (RFC 3550 §11). */
export async function openRtpSockets(onPacket: (packet: Uint8Array) => void): Promise<RtpSockets> {
  const { rtp, rtcp } = await bindPair()
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

async function bindPair(): Promise<{ rtp: Socket; rtcp: Socket }> {
  for (;;) {
    const rtp = await bind(0)
    const { port } = rtp?.address() ?? {}
    const rtcp = port !== undefined && port % 2 === 0 ? await bind(port + 1) : undefined
    if (rtp && rtcp) return { rtp, rtcp }
    if (rtp) await closed(rtp)
  }
}

async function bind(port: number): Promise<Socket | undefined> {
  const socket = createSocket('udp4')
  try {
    socket.bind(port, '127.0.0.1')
    await once(socket, 'listening')
    return socket
  } catch {
    return undefined
  }
}

const closed = (socket: Socket) => new Promise<void>(resolve => socket.close(() => resolve()))
