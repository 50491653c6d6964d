import { createServer, type IncomingMessage, STATUS_CODES } from 'node:http'
import { isIP, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import { limits } from '../limits.rules.ts'
import type { Clock } from '../sip.port.ts'
import { addressOf, type Channel, plainAddress } from './connection.ts'
import { webSocketOptions, webSocketStream } from './web-socket-stream.ts'

export type WebSocketDoorNeeds = {
  clock: Clock
  /** Pages of these sites may connect; what is no browser says no site. */
  origins: readonly string[]
  /** False when this host has too many connections. */
  claim(socket: Socket, address: string): boolean
  onChannel(channel: Channel, peer: { address: string; port: number }): void
}

const subprotocol = 'sip'

/** The HTTP side of WebSocket connections that peers open to us (RFC 7118 §4). */
export function createWebSocketDoor({ clock, origins, claim, onChannel }: WebSocketDoorNeeds) {
  const http = createServer((_, response) => void response.writeHead(426, { connection: 'close' }).end())
  const server = new WebSocketServer({
    noServer: true,
    ...webSocketOptions,
    handleProtocols: () => subprotocol,
  })
  const upgrading = new WeakMap<Duplex, () => void>()
  http.on('clientError', (_, socket) => socket.destroy())

  http.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    const socket = stream as Socket
    upgrading.get(socket)?.()
    const address = clientAddress(request)
    const refusal = refusalOf(request, origins) ?? (claim(socket, address) ? undefined : 503)
    if (refusal) return turnAway(socket, refusal)
    server.handleUpgrade(request, socket, head, ws =>
      onChannel(webSocketStream(ws, { socket, clock }), { address, port: socket.remotePort ?? 0 }),
    )
  })

  return {
    enter(socket: Socket): void {
      const stop = clock.after(limits.tcpMessageMs, () => socket.destroy())
      upgrading.set(socket, stop)
      socket.on('close', stop)
      http.emit('connection', socket)
    },
  }
}

/** A page of another site must not place calls from inside the network of a trunk that looks at it. */
function refusalOf({ headers }: IncomingMessage, origins: readonly string[]): number | undefined {
  if (headers.origin !== undefined && !origins.includes(headers.origin)) return 403
  const offered = (headers['sec-websocket-protocol'] ?? '').split(',').map(name => name.trim().toLowerCase())
  return offered.includes(subprotocol) ? undefined : 400
}

/** A reverse proxy on this machine says whose connection it passes on; from elsewhere anybody could say anything. */
function clientAddress({ socket, headers }: IncomingMessage): string {
  const direct = addressOf(socket)
  if (direct !== '::1' && !direct.startsWith('127.')) return direct
  const said = String(headers['x-forwarded-for'] ?? '')
    .split(',')
    .at(-1)
    ?.trim()
  return said && isIP(said) ? plainAddress(said) : direct
}

function turnAway(socket: Socket, status: number): void {
  socket.write(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
  socket.destroySoon()
}
