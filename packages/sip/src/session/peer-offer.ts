import { refreshTarget } from '../dialog/create.ts'
import type { TransactionId } from '../layer/ports.ts'
import { createResponse } from '../message/build.ts'
import type { Header, SipRequest } from '../message/message.ts'
import { answerTimer, type TimerAnswer } from '../session-timer/negotiate.ts'
import { sdpContent, sdpOf } from './body.ts'
import { learnAllow } from './create-session.ts'
import { respond, tell, unexpected } from './effects.ts'
import { type HeldRequest, heldRequest, holdRequest } from './held-request.ts'
import { settle, theyOffer, weOffer, withdraw } from './media.ts'
import { refusalOfOffer } from './offer-refusals.ts'
import { capabilityHeaders, contactHeader } from './profile.ts'
import { andThen, type Session, type SessionInput, type SessionStep, step } from './session.ts'
import { setTimer } from './timers.ts'

type Accepted = Extract<TimerAnswer, { ok: true }>

/** The peer's re-INVITE or UPDATE (RFC 3261 §14.2, RFC 3311 §5.2). */
export function receiveOffer(session: Session, id: TransactionId, request: SipRequest): SessionStep {
  const refusal = refusalOfOffer(session, request)
  if (refusal !== undefined)
    return step(session, respond(id, createResponse(request, refusal.status, { headers: refusal.headers })))
  const sdp = sdpOf(request)
  const learnt = learnAllow(session, request)
  const held = holdRequest(id, request)
  if (sdp !== undefined) {
    const media = theyOffer(session.media, sdp)
    return step({ ...learnt, media, theirs: held }, tell({ type: 'offer', sdp }))
  }
  // RFC 3311 §5.2 and RFC 4028 §7.4: an UPDATE without an offer refreshes target and timer only.
  if (request.method === 'UPDATE') return acceptHeld(learnt, held, undefined)
  // RFC 3261 §14.2: a re-INVITE without an offer asks for one in the 2xx.
  return step({ ...learnt, theirs: held }, tell({ type: 'offer wanted' }))
}

/** The user's answer to the peer's offer, or the offer the peer wanted. */
export function answerOffer(session: Session, input: Extract<SessionInput, { type: 'answer' }>): SessionStep {
  const { theirs, ...rest } = session
  if (theirs === undefined) return step(session, unexpected(input))
  const isAnswer = session.media.state === 'they offered'
  const media = isAnswer ? settle(session.media, input.sdp) : weOffer(session.media, input.sdp)
  const next: Session = { ...rest, media }
  // RFC 3261 §13.3.1.4: a 2xx to INVITE is repeated until its ACK.
  const waiting: Session = theirs.method === 'INVITE' ? { ...next, awaitsAck: { offers: !isAnswer } } : next
  return acceptHeld(waiting, theirs, input.sdp)
}

function acceptHeld(session: Session, held: HeldRequest, sdp: string | undefined): SessionStep {
  const request = heldRequest(held)
  const timer = timerFor(session, request)
  const response = createResponse(request, 200, {
    headers: [contactHeader(session.profile), ...capabilityHeaders(session.profile), ...timer.headers],
    ...sdpContent(sdp),
  })
  // RFC 6141 §4.9: the target moves with the 2xx.
  const moved = { ...session, dialog: refreshTarget(session.dialog, request) }
  const answered = step(moved, respond(held.id, response))
  // RFC 4028 §9: an early dialog has no session to expire yet; its timer comes with the 2xx to the INVITE.
  return session.phase === 'early' ? answered : andThen(answered, next => setTimer(next, timer.timer))
}

function timerFor(session: Session, request: SipRequest): Accepted {
  const answer = answerTimer(request, session.profile.timer)
  return answer.ok ? answer : { ok: true, headers: [] }
}

/** The user refuses the peer's offer: everything stays as it was (RFC 3261 §14.2). */
export function refuseOffer(
  session: Session,
  order: { readonly type: string; readonly status: number; readonly headers?: readonly Header[] },
): SessionStep {
  const { theirs, ...rest } = session
  if (theirs === undefined) return step(session, unexpected(order))
  const { status, headers = [] } = order
  const media = session.media.state === 'they offered' ? withdraw(session.media) : session.media
  const response = createResponse(heldRequest(theirs), status, { headers })
  return step({ ...rest, media }, respond(theirs.id, response))
}
