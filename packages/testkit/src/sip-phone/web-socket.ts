import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { parseMessage, serializeMessage } from '@ringdown/sip'
import { WebSocket } from 'ws'
import type { SipSockets, SipSocketsOrder } from './sip-sockets.ts'

/** As a telephone in a web page: each message is one of the WebSocket's (RFC 7118 §5), and nobody can connect to it. */
export async function openWebSocket(order: SipSocketsOrder): Promise<SipSockets> {
  const { transport, server, host, authorities, serverName, onMessage } = order
  const name = serverName ?? server.host
  const ws = new WebSocket(`${transport}://${name}:${server.port}/`, 'sip', {
    localAddress: host,
    ...(authorities === undefined ? {} : { ca: authorities }),
    // The name is what its certificate is for; where it is, the test knows.
    lookup: (_, options, found) =>
      options.all ? found(null, [{ address: server.host, family: 4 }]) : found(null, server.host, 4),
  })
  await once(ws, 'open')
  ws.on('error', () => undefined)
  const flow = { transport, address: server.host, port: server.port }
  ws.on('message', data => {
    const parsed = parseMessage(data as Buffer, { transport: 'datagram' })
    if (parsed.ok) onMessage(parsed.message, flow)
  })
  return {
    host: `${randomBytes(6).toString('hex')}.invalid`,
    port: 5060,
    send(message) {
      if (ws.readyState === WebSocket.OPEN) ws.send(Buffer.from(serializeMessage(message)).toString())
    },
    async close() {
      if (ws.readyState === WebSocket.CLOSED) return
      const closed = once(ws, 'close')
      ws.close()
      await closed
    },
  }
}
