import {
  answerAudio,
  createResponse,
  type LocalAudio,
  type NegotiatedAudio,
  offerAudio,
  parseSdp,
  type SipRequest,
  type SipResponse,
  serializeSdp,
} from '@ringdown/sip'

const taken = ['BYE', 'OPTIONS', 'INFO', 'INVITE', 'UPDATE']

export type InCallReply = {
  response: SipResponse
  /** What a new description settled: hold, resume, another port. */
  negotiated?: NegotiatedAudio
}

/** What a telephone answers to a request inside its call (RFC 3261 §14.2 and RFC 3264 §8 where it changes the audio). */
export function replyInCall(order: { request: SipRequest; local: LocalAudio; contact: string }): InCallReply {
  const { request, local, contact } = order
  const headers = [
    { name: 'Contact', value: `<${contact}>` },
    { name: 'Allow', value: ['ACK', 'CANCEL', ...taken].join(', ') },
  ]
  const reply = (status: number, body?: string) =>
    createResponse(request, status, {
      headers,
      ...(body === undefined ? {} : { body, contentType: 'application/sdp' }),
    })
  if (!taken.includes(request.method)) return { response: reply(405) }
  if (request.method !== 'INVITE' && request.method !== 'UPDATE') return { response: reply(200) }
  if (request.body.length === 0) {
    const isInvite = request.method === 'INVITE'
    return { response: reply(200, isInvite ? serializeSdp(offerAudio(local)) : undefined) }
  }
  const offer = parseSdp(request.body)
  const result = offer.ok ? answerAudio(offer.session, local) : offer
  if (!result.ok) return { response: reply(488) }
  return { response: reply(200, serializeSdp(result.answer)), negotiated: result.negotiated }
}
