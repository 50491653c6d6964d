import { connect, createServer, type Socket } from 'node:net'
import type { Flow, ParseFailure, SipMessage } from '@ringdown/sip'
import { StreamFramer } from '@ringdown/sip'
import { limits } from './limits.rules.ts'
import type { Clock } from './sip.port.ts'

export type TcpNeeds = {
  host: string
  port: number
  clock: Clock
  onMessage(message: SipMessage, flow: Flow): void
  onMalformed(failure: ParseFailure, flow: Flow): void
  onTrouble(what: 'overload' | 'failed'): void
}

/** SIP over TCP (RFC 3261 §18): connections that peers opened to us, and those that we open to them. */
export async function openTcpConnections(needs: TcpNeeds) {
  const open = new Map<string, Socket>()
  const opening = new Map<string, Promise<Socket>>()
  const all = new Set<Socket>()
  const server = createServer(socket => {
    if (isCrowded(all, addressOf(socket))) {
      needs.onTrouble('overload')
      return void socket.destroy()
    }
    attend(socket)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(needs.port, needs.host, () => resolve())
  })
  server.removeAllListeners('error')
  server.on('error', () => needs.onTrouble('failed'))

  function attend(socket: Socket): void {
    const flow = flowOf(socket)
    all.add(socket)
    open.set(flow.connection, socket)
    socket.setNoDelay(true)
    socket.setTimeout(limits.tcpIdleMs, () => socket.destroy())
    readMessages(socket, flow, needs)
    socket.on('error', () => {})
    socket.on('close', () => {
      all.delete(socket)
      if (open.get(flow.connection) === socket) open.delete(flow.connection)
    })
  }

  async function dial(address: string, port: number): Promise<Socket> {
    const socket = connect({ host: address, port })
    all.add(socket)
    socket.setTimeout(limits.tcpConnectMs, () =>
      socket.destroy(new Error('the peer did not take the connection in time')),
    )
    try {
      await new Promise<void>((resolve, reject) => {
        socket.once('connect', resolve)
        socket.once('error', reject)
        socket.once('close', () => reject(new Error('the connection was closed')))
      })
    } catch (error) {
      all.delete(socket)
      socket.destroy()
      throw error
    }
    socket.removeAllListeners('timeout')
    attend(socket)
    return socket
  }

  function dialOnce({ address, port }: Flow): Promise<Socket> {
    const place = connectionName(address, port)
    const known = opening.get(place)
    if (known) return known
    const dialling = dial(address, port).finally(() => opening.delete(place))
    opening.set(place, dialling)
    return dialling
  }

  return {
    /** The connection that the flow names, any to the same place, else a new one (RFC 3261 §18.2.2, RFC 5923). */
    async send(bytes: Uint8Array, flow: Flow): Promise<void> {
      const names = [flow.connection ?? '', connectionName(flow.address, flow.port)]
      const known = names.map(name => open.get(name)).find(socket => socket?.writable)
      if (known && (await write(known, bytes))) return
      if (!(await write(await dialOnce(flow), bytes))) throw new Error('the connection broke')
    },
    async close(): Promise<void> {
      const closed = new Promise<void>(resolve => server.close(() => resolve()))
      for (const socket of all) socket.destroy()
      await closed
    },
  }
}

function readMessages(socket: Socket, flow: Flow, needs: TcpNeeds): void {
  const framer = new StreamFramer()
  let stopWaiting: (() => void) | undefined
  socket.on('data', bytes => {
    const framed = framer.push(bytes)
    if (framed.length > 0) {
      stopWaiting?.()
      stopWaiting = undefined
    }
    // Who sends a message a byte at a time keeps one of our connections for it only so long.
    else stopWaiting ??= needs.clock.after(limits.tcpMessageMs, () => socket.destroy())
    for (const one of framed) {
      if (one.type === 'message') needs.onMessage(one.message, flow)
      if (one.type === 'ping') void write(socket, new TextEncoder().encode('\r\n'))
      if (one.type === 'refused' || one.type === 'broken') needs.onMalformed(one.failure, flow)
      if (one.type === 'broken') socket.destroySoon()
    }
  })
  socket.on('close', () => stopWaiting?.())
}

/** Resolves with whether the bytes were handed on. A peer that does not read is let go. */
function write(socket: Socket, bytes: Uint8Array): Promise<boolean> {
  if (socket.writableLength > limits.tcpUnsentBytes) socket.destroy()
  return new Promise(resolve => socket.write(bytes, error => resolve(!error)))
}

function isCrowded(all: ReadonlySet<Socket>, address: string): boolean {
  if (all.size >= limits.tcpConnections) return true
  let same = 0
  for (const socket of all) if (addressOf(socket) === address) same += 1
  return same >= limits.tcpConnectionsOfOne
}

const addressOf = (socket: Socket): string => (socket.remoteAddress ?? '').replace(/^::ffff:/, '')

const connectionName = (address: string, port: number): string => `${address}:${port}`

function flowOf(socket: Socket): Flow & { connection: string } {
  const address = addressOf(socket)
  const port = socket.remotePort ?? 0
  return { transport: 'tcp', address, port, connection: connectionName(address, port) }
}
