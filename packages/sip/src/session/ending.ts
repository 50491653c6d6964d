import type { TransactionId } from '../layer/ports.ts'
import { createResponse } from '../message/build.ts'
import type { Header, SipRequest } from '../message/message.ts'
import { type CallEffect, respond, stopTimer, tell } from './effects.ts'
import { type CallEnding, reasonsOf } from './ending-reasons.ts'
import { sendOwn } from './own-requests.ts'
import { refuseOffer } from './peer-offer.ts'
import { andThen, type Session, type SessionStep, step } from './session.ts'
import { stopSessionTimers } from './timers.ts'

/** Nothing is refreshed or offered any more; what the peer still asks for is ended with 487 (RFC 3261 §15.1.2). */
function settleDown(session: Session, ending: CallEnding): SessionStep {
  const { waitingOffer: _, timer: __, ...rest } = session
  const ended: readonly CallEffect[] = [
    ...stopSessionTimers,
    stopTimer('offer again'),
    tell({ type: 'ended', ending }),
  ]
  const refused = session.theirs === undefined ? step(rest) : refuseOffer(rest, { type: 'bye', status: 487 })
  return andThen(refused, next => step({ ...next, phase: 'ending' }, ...ended))
}

/** We end a confirmed session. RFC 3261 §15: whoever answered sends no BYE before the ACK. */
export function sayBye(session: Session, ending: CallEnding, headers: readonly Header[] = []): SessionStep {
  return andThen(settleDown(session, ending), ended =>
    ended.awaitsAck === undefined
      ? sendOwn(ended, { method: 'BYE', headers })
      : step({ ...ended, waitingBye: headers }),
  )
}

/** The BYE that waited for the ACK, or for the end of the waiting (RFC 3261 §15). */
export function sendWaitingBye(session: Session): SessionStep {
  const { waitingBye, awaitsAck: _, ...rest } = session
  return waitingBye === undefined ? step(rest) : sendOwn(rest, { method: 'BYE', headers: waitingBye })
}

/** RFC 3261 §15.1.2: the peer ends the session. */
export function receiveBye(session: Session, id: TransactionId, request: SipRequest): SessionStep {
  const { waitingBye: _, ...rest } = session
  const answered = respond(id, createResponse(request, 200))
  if (session.phase === 'ending') return step(rest, answered)
  const ending: CallEnding = { type: 'bye', by: 'peer', reasons: reasonsOf(request) }
  return andThen(step(rest, answered), next => settleDown(next, ending))
}

/** `ending` is over when nothing of ours waits for an answer any more. */
export function finish(session: Session): SessionStep {
  const isWaiting = session.ours.length > 0 || session.waitingBye !== undefined
  return session.phase === 'ending' && !isWaiting
    ? step({ ...session, phase: 'over' }, tell({ type: 'over' }))
    : step(session)
}
