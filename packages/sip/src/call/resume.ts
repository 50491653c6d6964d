import { type CallEffect, startTimer, tell } from '../session/effects.ts'
import { finish } from '../session/ending.ts'
import { withdraw } from '../session/media.ts'
import { sendWaitingOffer } from '../session/own-offer.ts'
import { sendOwn } from '../session/own-requests.ts'
import { andThen, type Session, type SessionStep, step } from '../session/session.ts'
import { setTimer } from '../session/timers.ts'
import { T1, TIMEOUT } from '../transaction/timers.ts'
import type { Call, CallStep, EarlyDialog, Incoming, Outgoing } from './call.ts'
import { STILL_RINGING } from './incoming-answer.ts'
import { inviteAgain, sendInvite } from './outgoing.ts'

/**
 * The first step of a call that another process stored: its timers start anew, which only makes waits longer, and what was
 * in flight is sent again where it must be. A call of ours that nobody had answered says its INVITE again: in the same
 * transaction, whose last answer comes again (RFC 3261 §17.2.1), when its order names a branch; else it is lost, and an answer
 * that comes yet is a `stray response` and is ended. An incoming one goes on when the layer has its snapshot.
 */
export function resumeCall(call: Call): CallStep {
  if (call.phase === 'over') return { call, effects: [] }
  return call.kind === 'incoming' ? resumeIncoming(call) : resumeOutgoing(call)
}

function resumeIncoming(call: Incoming): CallStep<Incoming> {
  if (call.phase === 'ringing') return { call, effects: ringingTimers(call) }
  const { session, effects } = resumeSession(call.session)
  return { call: { ...call, session, phase: session.phase === 'over' ? 'over' : call.phase }, effects }
}

const ringingTimers = ({ provisionals, ringing }: Incoming): CallEffect[] => [
  ...(provisionals.open === undefined
    ? []
    : [startTimer('provisional', T1), startTimer('provisional limit', TIMEOUT)]),
  ...(ringing === undefined ? [] : [startTimer('still ringing', STILL_RINGING)]),
]

function resumeOutgoing(call: Outgoing): CallStep<Outgoing> {
  if (call.session === undefined) return resumeUnanswered(call)
  const { session, effects } = resumeSession(call.session)
  return { call: { ...call, session, phase: session.phase === 'over' ? 'over' : call.phase }, effects }
}

function resumeUnanswered(call: Outgoing): CallStep<Outgoing> {
  if (call.order.branch === undefined)
    return { call: { ...call, phase: 'over', early: [] }, effects: lost(call) }
  // What the challenge or the silence said is gone: it is asked for once more.
  if (call.phase === 'paused')
    return inviteAgain({ ...call, challenges: Math.max(0, call.challenges - 1), early: [] })
  const next = { ...call, early: call.early.map(unacknowledged) }
  const cancel: CallEffect = { type: 'cancel', cseq: call.cseq, headers: [] }
  return { call: next, effects: [sendInvite(next), ...(call.phase === 'cancelling' ? [cancel] : [])] }
}

/** Whether our PRACK arrived is not known: what is repeated is acknowledged and told again (RFC 3262 §4). */
const unacknowledged = ({ rseq: _, session, ...early }: EarlyDialog): EarlyDialog => ({
  ...early,
  session: { ...session, ours: [] },
})

const lost = ({ phase }: Outgoing): CallEffect[] => {
  const ending = {
    type: 'not answered',
    outcome: 'failed',
    status: 0,
    text: 'The call was interrupted.',
  } as const
  return [...(phase === 'cancelling' ? [] : [tell({ type: 'ended', ending })]), tell({ type: 'over' })]
}

/** RFC 3261 §12.2.1: the client transactions are gone. A BYE and an offer are made again, other requests are forgotten. */
function resumeSession(stored: Session): SessionStep {
  const { ours, ...rest } = stored
  const offer = ours.find(own => own.offers && !own.refreshes)?.body
  const media = ours.some(own => own.offers) ? withdraw(rest.media) : rest.media
  const waitingOffer =
    offer === undefined ? rest.waitingOffer : { sdp: offer, tries: 0, state: 'ready' as const }
  const session: Session = {
    ...rest,
    media,
    ours: [],
    ...(waitingOffer === undefined ? {} : { waitingOffer: { ...waitingOffer, state: 'ready' } }),
  }
  if (session.phase === 'ending')
    return andThen(
      ours.some(own => own.method === 'BYE') ? sendOwn(session, { method: 'BYE' }) : step(session),
      finish,
    )
  return andThen(resumeTimer(session), sendWaitingOffer)
}

/** When the session was refreshed last is not known, and it must not expire at the peer: who refreshes does it now. */
function resumeTimer(session: Session): SessionStep {
  const { timer } = session
  if (timer === undefined) return step(session)
  return andThen(setTimer(session, timer), timed =>
    timer.refresher === 'us' ? step(timed, startTimer('refresh', 0)) : step(timed),
  )
}
