import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer } from 'node:net'

// All below the kernel's ephemeral ports (ip(7): 32768 and up): a port that is free for a moment, because its owner is being
// restarted, must not become some connection's own.
const singles = { from: 30_000, count: 2_700 }
const blocks = { from: 10_000, count: 20_000 }

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

/** One port that is free for UDP and TCP. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = singles.from + Math.floor(Math.random() * singles.count)
    if ((await canBindUdp(port)) && (await canListen(port))) return port
  }
}

/** The first of `length` UDP ports of which both ends and the middle are free; even. */
export async function freeUdpBlock(length: number): Promise<number> {
  for (;;) {
    const first = blocks.from + 2 * Math.floor((Math.random() * (blocks.count - length)) / 2)
    const probes = [first, first + length / 2, first + length - 1]
    if ((await Promise.all(probes.map(canBindUdp))).every(Boolean)) return first
  }
}

async function canListen(port: number): Promise<boolean> {
  const server = createServer()
  try {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    return true
  } catch {
    return false
  } finally {
    server.close()
  }
}

async function canBindUdp(port: number): Promise<boolean> {
  const socket = createSocket('udp4')
  try {
    socket.bind(port, '127.0.0.1')
    await once(socket, 'listening')
    return true
  } catch {
    return false
  } finally {
    await new Promise<void>(resolve => socket.close(() => resolve()))
  }
}
