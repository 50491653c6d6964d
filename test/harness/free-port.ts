import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer } from 'node:net'

/**
 * A port on loopback that nobody has at this moment, over UDP and TCP, for programs that must be told one. Even, as RTP wants
 * it.
 */
export async function freeUdpPort(): Promise<number> {
  for (;;) {
    const socket = createSocket('udp4').bind(0, '127.0.0.1')
    await once(socket, 'listening')
    const { port } = socket.address()
    const isFree = port % 2 === 0 && (await isTcpFree(port))
    await new Promise<void>(resolve => socket.close(() => resolve()))
    if (isFree) return port
  }
}

async function isTcpFree(port: number): Promise<boolean> {
  const server = createServer()
  const listens = new Promise<boolean>(resolve => {
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => resolve(true))
  })
  if (!(await listens)) return false
  await new Promise<void>(resolve => server.close(() => resolve()))
  return true
}
