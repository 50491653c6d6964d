import { NO_BODY, type SipResponse } from '../message/message.ts'
import { reasonPhrase } from '../message/reasons.ts'
import { sdpOf } from './body.ts'
import { tell, unexpected } from './effects.ts'
import { finish, sayBye, sendWaitingBye } from './ending.ts'
import { settle } from './media.ts'
import { wakeOffer } from './offer-again.ts'
import { sendWaitingOffer } from './own-offer.ts'
import { authorize, sendOwn } from './own-requests.ts'
import { answerOffer, refuseOffer } from './peer-offer.ts'
import { receiveRequest } from './receive-request.ts'
import { conclude, receiveResponse } from './receive-response.ts'
import { refresh } from './refresh.ts'
import {
  andThen,
  type OwnRequest,
  type Session,
  type SessionInput,
  type SessionStep,
  step,
} from './session.ts'

/** One step of a session. Pure: store the new session, andThen carry out the effects in order. */
export const sessionTransition = (session: Session, input: SessionInput): SessionStep =>
  andThen(andThen(receive(session, input), sendWaitingOffer), finish)

function receive(session: Session, input: SessionInput): SessionStep {
  switch (input.type) {
    case 'request':
      return receiveRequest(session, input.id, input.request)
    case 'response':
      return receiveResponse(session, input.response)
    case 'ack':
      return acknowledged(session, input)
    case 'no ack':
      return notAcknowledged(session)
    case 'timer':
      return timeIsOver(session, input)
    default:
      return session.phase === 'early' || session.phase === 'confirmed' || input.type === 'authorize'
        ? order(session, input)
        : step(session, unexpected(input))
  }
}

type Order = Exclude<SessionInput, { type: 'request' | 'response' | 'ack' | 'no ack' | 'timer' }>

function order(session: Session, input: Order): SessionStep {
  switch (input.type) {
    case 'offer':
      return step({ ...session, waitingOffer: { sdp: input.sdp, tries: 0, state: 'ready' } })
    case 'answer':
      return answerOffer(session, input)
    case 'refuse offer':
      return refuseOffer(session, input)
    case 'send':
      return send(session, input)
    case 'authorize':
      return credentials(session, input)
    case 'bye':
      return session.phase === 'confirmed'
        ? sayBye(session, { type: 'bye', by: 'us', reasons: [] }, input.headers)
        : step(session, unexpected(input))
  }
}

const send = (session: Session, { type: _, ...content }: Extract<Order, { type: 'send' }>): SessionStep =>
  sendOwn(session, content)

function credentials(session: Session, input: Extract<Order, { type: 'authorize' }>): SessionStep {
  const result = authorize(session, input)
  if ('effects' in result) return result
  return conclude(session, result.own, unanswered(result.own))
}

/** What stands for a challenge that the user could not meet. */
const unanswered = ({ method, cseq, challenged = 401 }: OwnRequest): SipResponse => ({
  kind: 'response',
  status: challenged,
  reason: reasonPhrase(challenged),
  headers: [{ name: 'CSeq', value: `${cseq} ${method}` }],
  body: NO_BODY,
})

/** RFC 3261 §13.3.1.4: the ACK for our 2xx; it brings the answer when the offer was ours. */
function acknowledged(session: Session, { request }: Extract<SessionInput, { type: 'ack' }>): SessionStep {
  const { awaitsAck, ...rest } = session
  if (awaitsAck === undefined) return step(session)
  if (session.phase === 'ending') return sendWaitingBye(session)
  if (!awaitsAck.offers) return step(rest)
  const sdp = sdpOf(request)
  return sdp === undefined
    ? sayBye(rest, { type: 'lost', cause: 'no session' })
    : step({ ...rest, media: settle(session.media, sdp) }, tell({ type: 'offer accepted', sdp }))
}

/** RFC 3261 §13.3.1.4 and §14.2: without an ACK within 64*T1, BYE. */
function notAcknowledged(session: Session): SessionStep {
  const { awaitsAck, ...rest } = session
  if (awaitsAck === undefined) return step(session)
  return session.phase === 'confirmed'
    ? sayBye(rest, { type: 'lost', cause: 'no ack' })
    : sendWaitingBye(session)
}

function timeIsOver(session: Session, input: Extract<SessionInput, { type: 'timer' }>): SessionStep {
  switch (input.name) {
    case 'refresh':
      return refresh(session)
    // RFC 4028 §10: nobody refreshed in time.
    case 'expiry':
      return session.phase === 'confirmed' && session.timer !== undefined
        ? sayBye(session, { type: 'lost', cause: 'expired' })
        : step(session)
    case 'offer again':
      return step(wakeOffer(session))
    default:
      return step(session, unexpected(input))
  }
}
