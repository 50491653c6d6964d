import { createSocket } from 'node:dgram'
import { once } from 'node:events'

/** A UDP port on loopback that nobody has at this moment, for programs that must be told one. Even, as RTP wants it. */
export async function freeUdpPort(): Promise<number> {
  for (;;) {
    const socket = createSocket('udp4').bind(0, '127.0.0.1')
    await once(socket, 'listening')
    const { port } = socket.address()
    await new Promise<void>(resolve => socket.close(() => resolve()))
    if (port % 2 === 0) return port
  }
}
