import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createResponse, parseMessage, type SipRequest, serializeMessage } from '@ringdown/sip'

/** The server of a carrier over UDP, on a port of its own. */
export type TestCarrier = {
  readonly port: number
  /** What it says to a registration from now on. */
  registersWith(status: number): void
  close(): Promise<void>
}

/** Grants what registers, and answers whoever asks whether it is there (OPTIONS). */
export async function startCarrier(): Promise<TestCarrier> {
  const socket = createSocket('udp4')
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  let registering = 200

  const statusFor = ({ method }: SipRequest) =>
    method === 'REGISTER' ? registering : method === 'OPTIONS' ? 200 : 501

  socket.on('message', (bytes, from) => {
    const parsed = parseMessage(bytes, { transport: 'datagram' })
    if (!parsed.ok || parsed.message.kind !== 'request') return
    const request = parsed.message
    // RFC 3261 §10.3: the binding, as it was asked for.
    const headers = request.headers.filter(({ name }) => /^(contact|expires)$/i.test(name))
    const response = createResponse(request, statusFor(request), { toTag: 'carrier', headers })
    socket.send(serializeMessage(response), from.port, from.address)
  })

  return {
    port: socket.address().port,
    registersWith(status) {
      registering = status
    },
    async close() {
      await new Promise<void>(resolve => socket.close(() => resolve()))
    },
  }
}
