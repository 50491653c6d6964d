import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { HandedOverSocket, MediaPort } from '../../media/worker.port.ts'
import type { TwilioCounter } from './twilio.port.ts'

/** Gives a carrier's raw socket away; this process must not touch it afterwards. */
export type PassSocket = (message: HandedOverSocket, socket: Duplex) => void

const streamPath = /^\/carriers\/twilio\/stream\/([A-Za-z0-9_-]{1,128})$/

export interface StreamUpgrade {
  /** True where an upgrade request is for a Twilio stream. */
  concerns(request: IncomingMessage): boolean
  /** Hands the socket over to the worker that the address names, or refuses it with a status. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void
}

/**
 * The request of a Media Stream. Nothing is known about the caller of this address yet: the worker answers with 101 and
 * waits for the token in `start`, and control redeems it.
 */
export function createStreamUpgrade(given: {
  media: Pick<MediaPort, 'workerOf'>
  passSocket: PassSocket
  counter: TwilioCounter
}): StreamUpgrade {
  const { media, counter } = given
  return {
    concerns: request => (request.url ?? '').startsWith('/carriers/twilio/stream/'),
    upgrade(request, socket, head) {
      const handshake = handshakeOf(request, media)
      if (!handshake.ok) {
        counter.count('upgrade refused')
        refuse(socket, handshake.status)
        return
      }
      const { worker, key, protocol } = handshake
      counter.count('socket handed over')
      given.passSocket(
        { type: 'carrier socket', carrier: 'twilio', worker, key, protocol, head: head.toString('base64') },
        socket,
      )
    },
  }
}

type Handshake =
  | { ok: true; worker: number; key: string; protocol: string | null }
  | { ok: false; status: '400 Bad Request' | '404 Not Found' | '426 Upgrade Required' }

// RFC 6455 §4.2.1: what a server requires of the client's opening handshake.
function handshakeOf(request: IncomingMessage, media: Pick<MediaPort, 'workerOf'>): Handshake {
  const { headers } = request
  const reference = streamPath.exec(request.url ?? '')?.[1]
  const worker = reference === undefined ? undefined : media.workerOf(reference)
  if (worker === undefined) return { ok: false, status: '404 Not Found' }
  if (headers['sec-websocket-version'] !== '13') return { ok: false, status: '426 Upgrade Required' }
  const key = headers['sec-websocket-key']
  const isWebSocket = request.method === 'GET' && headers.upgrade?.toLowerCase() === 'websocket'
  if (!isWebSocket || key === undefined || !isNonce(key)) return { ok: false, status: '400 Bad Request' }
  return { ok: true, worker, key, protocol: headers['sec-websocket-protocol'] ?? null }
}

function isNonce(key: string): boolean {
  return /^[A-Za-z0-9+/]{22}==$/.test(key)
}

function refuse(socket: Duplex, status: string): void {
  // The far end may be gone already.
  socket.on('error', () => undefined)
  socket.end(
    `HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\nSec-WebSocket-Version: 13\r\n\r\n`,
    () => socket.destroy(),
  )
}
