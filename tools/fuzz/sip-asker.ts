import { randomBytes } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import {
  callIdOf,
  createResponse,
  cseqOf,
  parseMessage,
  type SipMessage,
  type SipRequest,
  type SipResponse,
  serializeMessage,
  withVia,
} from '@ringdown/sip'

/** One UDP port that asks a gateway on this machine, and answers whatever it asks back. */
export type SipAsker = {
  readonly address: string
  readonly port: number
  /** Sends any bytes to a port of the gateway; the SIP port unless told. */
  send(bytes: Uint8Array, port?: number): void
  /** Sends without waiting for anything. */
  tell(request: SipRequest): void
  /** Repeats a request (RFC 3261 §17.1.2.2, about) until its final answer; undefined when there is none in time. */
  ask(request: SipRequest): Promise<SipResponse | undefined>
  close(): Promise<void>
}

const repeatMs = 500
const patienceMs = 15_000

const keyOf = (message: SipMessage): string => `${callIdOf(message)} ${JSON.stringify(cseqOf(message))}`
export const newToken = (): string => randomBytes(10).toString('hex')

export async function openSipAsker(order: {
  address: string
  sipPort: number
  onResponse?: (response: SipResponse) => void
}): Promise<SipAsker> {
  const { address, sipPort, onResponse } = order
  const socket = createSocket('udp4')
  socket.bind(0, address)
  await once(socket, 'listening')
  const { port } = socket.address()
  const asked = new Map<string, (response: SipResponse) => void>()
  let isOpen = true

  socket.on('error', () => undefined)
  socket.on('message', bytes => {
    const parsed = parseMessage(bytes, { transport: 'datagram' })
    if (!parsed.ok) return
    const { message } = parsed
    if (message.kind === 'request') return answer(message)
    if (message.status >= 200) asked.get(keyOf(message))?.(message)
    onResponse?.(message)
  })

  function answer(request: SipRequest): void {
    if (request.method !== 'ACK') send(serializeMessage(createResponse(request, 200, { toTag: 'ours' })))
  }

  function send(bytes: Uint8Array, to = sipPort): void {
    // Of a datagram that the kernel does not take nothing can be learned.
    if (isOpen) socket.send(bytes, to, '127.0.0.1', () => undefined)
  }

  const wired = (request: SipRequest): Uint8Array => {
    const params = [{ name: 'branch', value: `z9hG4bK${newToken()}` }, { name: 'rport' }]
    return serializeMessage(withVia(request, { transport: 'UDP', host: address, port, params }))
  }

  return {
    address,
    port,
    send,
    tell: request => send(wired(request)),
    async ask(request) {
      const { promise, resolve } = Promise.withResolvers<SipResponse | undefined>()
      const bytes = wired(request)
      asked.set(keyOf(request), resolve)
      send(bytes)
      const again = setInterval(() => send(bytes), repeatMs)
      const limit = setTimeout(() => resolve(undefined), patienceMs)
      const response = await promise
      clearInterval(again)
      clearTimeout(limit)
      asked.delete(keyOf(request))
      return response
    },
    async close() {
      isOpen = false
      await new Promise<void>(resolve => socket.close(() => resolve()))
    },
  }
}
