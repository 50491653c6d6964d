import { createHmac, randomBytes } from 'node:crypto'
import type { Flow, Header, SipMessage, SipRequest } from '@ringdown/sip'
import { createResponse, responseFlow, serverTransactionKey, stampSource } from '@ringdown/sip'

export type StatelessAnswer = (
  request: SipRequest,
  flow: Flow,
  answer: { status: number; reason?: string; headers?: readonly Header[] },
) => void

/** RFC 3261 §8.2.7: answers without a transaction, and so with the same To tag each time. Nothing is kept of the request. */
export function createStatelessAnswer(send: (message: SipMessage, flow: Flow) => void): StatelessAnswer {
  const secret = randomBytes(16)
  return (received, flow, { status, headers = [], ...said }) => {
    const request = stampSource(received, flow)
    const toTag = createHmac('sha256', secret)
      .update(serverTransactionKey(request) ?? '')
      .digest('hex')
      .slice(0, 24)
    send(createResponse(request, status, { ...said, toTag, headers }), responseFlow(request, flow))
  }
}
