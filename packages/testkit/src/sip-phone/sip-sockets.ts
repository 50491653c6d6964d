import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { type Flow, parseMessage, type SipMessage, StreamFramer, serializeMessage } from '@ringdown/sip'

export type PhoneTransport = 'udp' | 'tcp'

export type SipSockets = {
  /** The port other ends reach us at. */
  readonly port: number
  send(message: SipMessage, flow: Flow): void
  close(): Promise<void>
}

/** One UDP port, or one TCP connection to the server: what a telephone has. */
export async function openSipSockets(order: {
  transport: PhoneTransport
  server: { host: string; port: number }
  /** Our own address. */
  host: string
  onMessage: (message: SipMessage, flow: Flow) => void
}): Promise<SipSockets> {
  return order.transport === 'udp' ? openUdp(order) : openTcp(order)
}

type Order = Parameters<typeof openSipSockets>[0]

async function openUdp({ host, onMessage }: Order): Promise<SipSockets> {
  const socket = createSocket('udp4')
  socket.on('message', (bytes, { address, port }) => {
    const parsed = parseMessage(bytes, { transport: 'datagram' })
    if (parsed.ok) onMessage(parsed.message, { transport: 'udp', address, port })
  })
  socket.bind(0, host)
  await once(socket, 'listening')
  let isOpen = true
  return {
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

async function openTcp({ server, host, onMessage }: Order): Promise<SipSockets> {
  const flow: Flow = { transport: 'tcp', address: server.host, port: server.port }
  let socket = await dial()

  async function dial(): Promise<Socket> {
    const dialled = connect({ port: server.port, host: server.host, localAddress: host })
    await once(dialled, 'connect')
    const framer = new StreamFramer()
    dialled.on('data', bytes => {
      for (const framed of framer.push(bytes)) if (framed.type === 'message') onMessage(framed.message, flow)
    })
    // A server that is gone takes its connections with it; the next message dials again.
    dialled.on('error', () => undefined)
    return dialled
  }

  return {
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
