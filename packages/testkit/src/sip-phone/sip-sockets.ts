import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { connect as connectSecurely } from 'node:tls'
import { type Flow, parseMessage, type SipMessage, StreamFramer, serializeMessage } from '@ringdown/sip'
import { openWebSocket } from './web-socket.ts'

export type PhoneTransport = 'udp' | 'tcp' | 'tls' | 'ws' | 'wss'

export type SipSockets = {
  /** Where other ends reach us: behind a WebSocket a name that leads nowhere (RFC 7118 §5). */
  readonly host: string
  readonly port: number
  send(message: SipMessage, flow: Flow): void
  close(): Promise<void>
}

export type SipSocketsOrder = {
  transport: PhoneTransport
  server: { host: string; port: number }
  /** Our own address. */
  host: string
  /** Who must vouch for the server's certificate, PEM; the system's authorities when left out. */
  authorities?: string | undefined
  /** The name that its certificate must show; the server's host when left out. */
  serverName?: string | undefined
  onMessage: (message: SipMessage, flow: Flow) => void
}

/** One UDP port, or one connection to the server: what a telephone has. */
export async function openSipSockets(order: SipSocketsOrder): Promise<SipSockets> {
  if (order.transport === 'udp') return openUdp(order)
  return order.transport === 'ws' || order.transport === 'wss' ? openWebSocket(order) : openStream(order)
}

async function openUdp({ host, onMessage }: SipSocketsOrder): Promise<SipSockets> {
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4')
  socket.on('message', (bytes, { address, port }) => {
    const parsed = parseMessage(bytes, { transport: 'datagram' })
    if (parsed.ok) onMessage(parsed.message, { transport: 'udp', address, port })
  })
  socket.bind(0, host)
  await once(socket, 'listening')
  let isOpen = true
  return {
    host,
    port: socket.address().port,
    send(message, { address, port }) {
      if (isOpen) socket.send(serializeMessage(message), port, address)
    },
    async close() {
      if (!isOpen) return
      isOpen = false
      await new Promise<void>(resolve => socket.close(() => resolve()))
    },
  }
}

async function openStream(order: SipSocketsOrder): Promise<SipSockets> {
  const { transport, server, host, onMessage } = order
  const flow: Flow = { transport, address: server.host, port: server.port }
  let socket = await dial()

  async function dial(): Promise<Socket> {
    const dialled = transport === 'tls' ? await dialSecurely(order) : await dialPlainly(order)
    const framer = new StreamFramer()
    dialled.on('data', bytes => {
      for (const framed of framer.push(bytes)) if (framed.type === 'message') onMessage(framed.message, flow)
    })
    // A server that is gone takes its connections with it; the next message dials again.
    dialled.on('error', () => undefined)
    return dialled
  }

  return {
    host,
    port: socket.localPort ?? 0,
    send(message) {
      if (socket.writable) socket.write(serializeMessage(message))
      else
        void dial().then(
          again => {
            socket = again
            again.write(serializeMessage(message))
          },
          () => undefined,
        )
    },
    async close() {
      socket.destroy()
    },
  }
}

async function dialPlainly({ server, host }: SipSocketsOrder): Promise<Socket> {
  const socket = connect({ ...server, localAddress: host })
  await once(socket, 'connect')
  return socket
}

async function dialSecurely(order: SipSocketsOrder): Promise<Socket> {
  const { server, authorities, serverName } = order
  const socket = connectSecurely({
    socket: await dialPlainly(order),
    host: server.host,
    ...(authorities === undefined ? {} : { ca: authorities }),
    ...(serverName === undefined ? {} : { servername: serverName }),
  })
  await once(socket, 'secureConnect')
  return socket
}
