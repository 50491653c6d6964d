import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer, type Server } from 'node:net'

/** Ports on loopback for one gateway, and for nobody else until they are given back. */
export type PortPlace = {
  readonly http: number
  readonly sip: number
  readonly tls: number
  readonly ws: number
  readonly wss: number
  /** The first and the last UDP port for audio. */
  readonly mediaFrom: number
  readonly mediaTo: number
  giveBack(): void
}

// All below the kernel's ephemeral ports (ip(7): 32768 and up): a port that is free for a moment, because its owner is being
// restarted, must not become some connection's own.
const firstPort = 10_000
const mediaPorts = 400
const portsOfPlace = 410
const places = 55

/**
 * Takes a place that no other test process on this machine has: whoever has one listens on a port of it, which the kernel gives to
 * one only, and takes back when that process dies.
 *
 * @throws Error when all are taken
 */
export async function takePortPlace(): Promise<PortPlace> {
  const start = Math.floor(Math.random() * places)
  for (let step = 0; step < places; step++) {
    const taken = await take(firstPort + portsOfPlace * ((start + step) % places))
    if (taken) return taken
  }
  throw new Error('no ports are left for another gateway')
}

async function take(mediaFrom: number): Promise<PortPlace | undefined> {
  const after = mediaFrom + mediaPorts
  const [http, sip, claim, tls, ws, wss] = [after, after + 1, after + 2, after + 3, after + 4, after + 5]
  const claimed = await listen(claim)
  if (!claimed) return undefined
  claimed.unref()
  const mediaTo = mediaFrom + mediaPorts - 1
  const giveBack = () => void claimed.close()
  // A gateway may have outlived the test that took its place, and other programs may have any port.
  const free = [...[http, sip, tls, ws, wss].map(canListen), ...[sip, mediaFrom, mediaTo].map(canBindUdp)]
  if ((await Promise.all(free)).every(Boolean))
    return { http, sip, tls, ws, wss, mediaFrom, mediaTo, giveBack }
  giveBack()
  return undefined
}

async function listen(port: number): Promise<Server | undefined> {
  const server = createServer()
  try {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    return server
  } catch {
    return undefined
  }
}

async function canListen(port: number): Promise<boolean> {
  const server = await listen(port)
  if (server) await new Promise(resolve => server.close(resolve))
  return server !== undefined
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
