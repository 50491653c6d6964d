import { createSocket } from 'node:dgram'
import type { Socket as TcpSocket } from 'node:net'
import { connect, createServer } from 'node:net'
import type { Flow, ParseFailure, SipMessage } from '@ringdown/sip'
import { parseMessage, StreamFramer, serializeMessage } from '@ringdown/sip'

export type SocketsNeeds = {
  host: string
  port: number
  onMessage(message: SipMessage, flow: Flow): void
  onMalformed(failure: ParseFailure, flow: Flow): void
}

const limits = {
  connections: 1_000,
  /** A connection without a byte; keep-alives (RFC 5626) come every 2 minutes or sooner. ms */
  idleMs: 10 * 60_000,
  connectMs: 5_000,
} as const

/**
 * SIP over UDP and TCP on one port (RFC 3261 §18). Only bytes and messages: who may say what is decided elsewhere.
 */
export async function openSipSockets(needs: SocketsNeeds) {
  const udp = createSocket({ type: needs.host.includes(':') ? 'udp6' : 'udp4' })
  const connections = new Map<string, TcpSocket>()

  udp.on('message', (bytes, from) => {
    const flow: Flow = { transport: 'udp', address: from.address, port: from.port }
    // RFC 5626 §4.4.1 and NAT keep-alives: bytes that are no message and want no answer.
    if (bytes.length <= 4 && /^[\r\n\0]*$/.test(bytes.toString('latin1'))) return
    take(bytes, flow)
  })
  udp.on('error', () => {})
  await new Promise<void>((resolve, reject) => {
    udp.once('error', reject)
    udp.bind(needs.port, needs.host, () => resolve())
  })
  const { port } = udp.address()

  const tcp = createServer(socket => {
    if (connections.size >= limits.connections) return void socket.destroy()
    attend(socket)
  })
  await new Promise<void>((resolve, reject) => {
    tcp.once('error', reject)
    tcp.listen(port, needs.host, () => resolve())
  })

  function take(bytes: Uint8Array, flow: Flow) {
    const result = parseMessage(bytes, { transport: 'datagram' })
    if (result.ok) needs.onMessage(result.message, flow)
    else needs.onMalformed(result, flow)
  }

  function attend(socket: TcpSocket): Flow {
    const { remoteAddress = '', remotePort = 0 } = socket
    const address = remoteAddress.replace(/^::ffff:/, '')
    const connection = `${address}:${remotePort}`
    const flow: Flow = { transport: 'tcp', address, port: remotePort, connection }
    const framer = new StreamFramer()
    connections.set(connection, socket)
    socket.setTimeout(limits.idleMs, () => socket.destroy())
    socket.on('data', bytes => {
      for (const framed of framer.push(bytes)) {
        if (framed.type === 'message') needs.onMessage(framed.message, flow)
        if (framed.type === 'ping') socket.write('\r\n')
        if (framed.type === 'refused' || framed.type === 'broken') needs.onMalformed(framed.failure, flow)
        if (framed.type === 'broken') socket.end()
      }
    })
    socket.on('error', () => {})
    socket.on('close', () => {
      if (connections.get(connection) === socket) connections.delete(connection)
    })
    return flow
  }

  /** The connection the flow names, any to the same place, or a new one (RFC 3261 §18.2.2, RFC 5923). */
  async function connectionOf(flow: Flow): Promise<TcpSocket> {
    const known =
      (flow.connection && connections.get(flow.connection)) || connections.get(`${flow.address}:${flow.port}`)
    if (known && !known.destroyed) return known
    const socket = connect({ host: flow.address, port: flow.port, timeout: limits.connectMs })
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve)
      socket.once('error', reject)
      socket.once('timeout', () => reject(new Error('the peer did not take the connection in time')))
    })
    attend(socket)
    return socket
  }

  return {
    port,
    async send(message: SipMessage, flow: Flow): Promise<void> {
      const bytes = serializeMessage(message)
      if (flow.transport === 'udp') {
        return new Promise((resolve, reject) =>
          udp.send(bytes, flow.port, flow.address, error => (error ? reject(error) : resolve())),
        )
      }
      const socket = await connectionOf(flow)
      socket.write(bytes)
    },
    async close(): Promise<void> {
      for (const socket of connections.values()) socket.destroy()
      await Promise.all([
        new Promise<void>(resolve => udp.close(() => resolve())),
        new Promise<void>(resolve => tcp.close(() => resolve())),
      ])
    },
  }
}

export type SipSockets = Awaited<ReturnType<typeof openSipSockets>>
