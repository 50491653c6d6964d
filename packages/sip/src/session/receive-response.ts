import { createAck } from '../dialog/in-dialog-request.ts'
import { cseqOf } from '../message/headers.ts'
import { isProvisional, isSuccess, type SipResponse } from '../message/message.ts'
import { type CallEffect, sendAck, tell, unexpected } from './effects.ts'
import { sayBye } from './ending.ts'
import { offerAnswered } from './own-offer.ts'
import { answeredOwn, challenge, isChallenge, MOST_CHALLENGES, without } from './own-requests.ts'
import { andThen, type OwnRequest, type Session, type SessionStep, step } from './session.ts'

/** An answer to a request of ours in the dialog (RFC 3261 §12.2.1.2). */
export function receiveResponse(session: Session, response: SipResponse): SessionStep {
  const own = answeredOwn(session, response)
  if (own === undefined) return unasked(session, response)
  if (isProvisional(response)) return step(session)
  if (isChallenge(response) && own.challenges < MOST_CHALLENGES) return challenge(session, own, response)
  return conclude(session, own, response)
}

/** The final word on a request of ours. */
export function conclude(session: Session, own: OwnRequest, response: SipResponse): SessionStep {
  const next = without(session, own)
  if (session.phase === 'ending') return step(next, ...lateAck(next, own, response))
  if (isGone(own, response.status) && session.phase === 'confirmed')
    return andThen(sayBye(next, { type: 'lost', cause: 'gone' }), ended => replied(ended, own, response))
  if (own.method === 'INVITE' || own.method === 'UPDATE') return offerAnswered(next, own, response)
  return replied(next, own, response)
}

/** RFC 3261 §13.2.2.4: an answer to our re-INVITE that crossed a BYE is acknowledged all the same. */
const lateAck = (session: Session, own: OwnRequest, response: SipResponse): CallEffect[] =>
  own.method === 'INVITE' && isSuccess(response) ? [sendAck(createAck(session.dialog, response))] : []

// RFC 3261 §13.2.2.4: a 2xx that comes again, with no transaction left to know its ACK, is acknowledged again.
const unasked = (session: Session, response: SipResponse): SessionStep =>
  isSuccess(response) && cseqOf(response)?.method === 'INVITE'
    ? step(session, sendAck(createAck(session.dialog, response)))
    : step(session, unexpected({ type: 'response' }))

// RFC 3261 §12.2.1.2: 481 and 408 say that the dialog is gone; RFC 5057 §5.1: for requests of another usage they do not.
const isGone = ({ method }: OwnRequest, status: number): boolean =>
  (status === 481 || status === 408) && !['BYE', 'REFER', 'NOTIFY', 'SUBSCRIBE', 'PRACK'].includes(method)

/** BYE and PRACK are the machine's own business; INVITE and UPDATE have their own events. */
const replied = (session: Session, { method, cseq }: OwnRequest, response: SipResponse): SessionStep =>
  ['BYE', 'PRACK', 'INVITE', 'UPDATE'].includes(method)
    ? step(session)
    : step(session, tell({ type: 'reply', method, cseq, response }))
