import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer, type Server } from 'node:net'

/**
 * Ports of tests, all below the kernel's ephemeral ones (ip(7): 32768 and up): a port that is free for a moment, because its owner is
 * about to be started, must not become some connection's own. Whoever has a range of them listens on one of it, which the kernel gives
 * to one only, and takes back when that process dies.
 */
export const portRanges = {
  /** Of gateways: 45 places. */
  gateways: { from: 10_000, length: 410, count: 45 },
  /** Of programs that are told one port. */
  programs: { from: 28_456, length: 8, count: 530 },
} as const

/**
 * Goes through ranges from a random one on, until `take` takes one (given its first port).
 *
 * @throws Error when all are taken
 */
export async function takeRange<Taken>(
  { from, length, count }: { from: number; length: number; count: number },
  take: (first: number) => Promise<Taken | undefined>,
): Promise<Taken> {
  const start = Math.floor(Math.random() * count)
  for (let step = 0; step < count; step++) {
    const taken = await take(from + length * ((start + step) % count))
    if (taken !== undefined) return taken
  }
  throw new Error(`no ports from ${from} on are left`)
}

/** Listens on loopback, if nobody does. */
export async function claim(port: number): Promise<Server | undefined> {
  const server = createServer()
  try {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    return server.unref()
  } catch {
    return undefined
  }
}

export async function canListen(port: number): Promise<boolean> {
  const server = await claim(port)
  if (server) await new Promise(resolve => server.close(resolve))
  return server !== undefined
}

export async function canBindUdp(port: number): Promise<boolean> {
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
