import { confirmDialog } from '../dialog/create.ts'
import { createResponse } from '../message/build.ts'
import type { Header } from '../message/message.ts'
import {
  holdsDescription,
  type Provisional,
  type ProvisionalStep,
  sendReliably,
} from '../reliable/provisional-sender.ts'
import { sdpContent } from '../session/body.ts'
import { type CallEffect, respond, startTimer, stopTimer, tell } from '../session/effects.ts'
import type { CallEnding } from '../session/ending-reasons.ts'
import { heldRequest } from '../session/held-request.ts'
import { settle, weOffer } from '../session/media.ts'
import { capabilityHeaders, contactHeader } from '../session/profile.ts'
import type { Session } from '../session/session.ts'
import { setTimer } from '../session/timers.ts'
import { answerTimer } from '../session-timer/negotiate.ts'
import type { CallInput, CallStep, Incoming } from './call.ts'

type Step = CallStep<Incoming>

/** ms; RFC 3261 §13.3.1.1: a proxy is kept from giving up by a provisional response every minute. */
export const STILL_RINGING = 60_000

const stopAll: readonly CallEffect[] = [
  stopTimer('provisional'),
  stopTimer('provisional limit'),
  stopTimer('still ringing'),
  stopTimer('invite expires'),
]

const toTag = ({ session }: Incoming): string => session.dialog.localTag

function provisionalResponse(call: Incoming, { status, sdp }: Provisional, rseq?: number) {
  const { profile } = call.session
  const reliable =
    rseq === undefined
      ? []
      : [
          { name: 'Require', value: '100rel' },
          { name: 'RSeq', value: String(rseq) },
        ]
  return createResponse(heldRequest(call.invite), status, {
    toTag: toTag(call),
    headers: [contactHeader(profile), ...capabilityHeaders(profile), ...reliable],
    ...sdpContent(sdp),
  })
}

/** RFC 3261 §13.3.1.1; reliably where the caller requires it, or supports it and the user wants it (RFC 3262 §3). */
export function progress(call: Incoming, input: Extract<CallInput, { type: 'progress' }>): Step {
  const { status, sdp } = input
  const isReliable =
    call.reliability === 'required' || (call.reliability === 'supported' && input.reliable === true)
  const provisional = { status, ...(sdp === undefined ? {} : { sdp }) }
  const ringing: Incoming = { ...call, ringing: status }
  const again = startTimer('still ringing', STILL_RINGING)
  if (isReliable) {
    const step = provisionalStep(ringing, sendReliably(call.provisionals, provisional))
    return { ...step, effects: [...step.effects, again] }
  }
  return {
    call: ringing,
    effects: [respond(call.invite.id, provisionalResponse(call, provisional)), again],
  }
}

export function stillRinging(call: Incoming): Step {
  const { ringing, provisionals } = call
  if (ringing === undefined) return { call, effects: [] }
  const again = startTimer('still ringing', STILL_RINGING)
  if (call.reliability !== 'required') {
    const response = provisionalResponse(call, { status: ringing })
    return { call, effects: [respond(call.invite.id, response), again] }
  }
  // RFC 3262 §3: one that waits for its PRACK is repeated anyway.
  if (provisionals.open !== undefined) return { call, effects: [again] }
  const step = provisionalStep(call, sendReliably(provisionals, { status: ringing }))
  return { ...step, effects: [...step.effects, again] }
}

/** What the sender of reliable responses wants done. */
export function provisionalStep(call: Incoming, step: ProvisionalStep): Step {
  const effects: CallEffect[] = []
  const { send, repeatAfter, giveUpAfter } = step
  if (send !== undefined) effects.push(respond(call.invite.id, provisionalResponse(call, send, send.rseq)))
  if (repeatAfter === 0) effects.push(stopTimer('provisional'), stopTimer('provisional limit'))
  else if (repeatAfter !== undefined) effects.push(startTimer('provisional', repeatAfter))
  if (giveUpAfter !== undefined) effects.push(startTimer('provisional limit', giveUpAfter))
  const isFirst = giveUpAfter !== undefined && send?.sdp !== undefined
  const session = isFirst ? described(call.session, send.sdp) : call.session
  return { call: { ...call, session, provisionals: step.sender }, effects }
}

// RFC 3262 §5: a description in a reliable response is the answer to the INVITE's offer, or the offer that it asked for.
function described(session: Session, sdp: string | undefined): Session {
  const { media } = session
  if (sdp === undefined || media.state === 'settled' || media.state === 'we offered') return session
  return { ...session, media: media.state === 'they offered' ? settle(media, sdp) : weOffer(media, sdp) }
}

/** RFC 3261 §13.3.1.4; RFC 3262 §3: not before the PRACK for a description that was sent. */
export function answer(call: Incoming, sdp: string): Step {
  if (holdsDescription(call.provisionals) || call.session.media.state === 'we offered')
    return { call: { ...call, waitingAnswer: sdp }, effects: [] }
  const { waitingAnswer: _, ...rest } = call
  const { session } = call
  const request = heldRequest(call.invite)
  const timer = answerTimer(request, session.profile.timer)
  const isSettled = session.media.state === 'settled'
  const response = createResponse(request, 200, {
    toTag: toTag(call),
    headers: [
      contactHeader(session.profile),
      ...capabilityHeaders(session.profile),
      ...(timer.ok ? timer.headers : []),
    ],
    // RFC 6337 §3.1.1: what a reliable response settled is not said again.
    ...sdpContent(isSettled ? undefined : sdp),
  })
  const confirmed: Session = {
    ...described(session, sdp),
    phase: 'confirmed',
    dialog: confirmDialog(session.dialog, response),
    awaitsAck: { offers: session.media.state === 'none' },
  }
  const timed = setTimer(confirmed, timer.ok ? timer.timer : undefined)
  return {
    call: {
      ...rest,
      phase: 'answered',
      session: timed.session,
      provisionals: { ...call.provisionals, queue: [] },
    },
    effects: [...stopAll, respond(call.invite.id, response), ...timed.effects],
  }
}

/** A final answer of 300 to 699: nobody talked, and nothing is left but the transaction. */
export function refuse(
  call: Incoming,
  { status, headers = [], ending }: { status: number; headers?: readonly Header[]; ending: CallEnding },
): Step {
  const response = createResponse(heldRequest(call.invite), status, { toTag: toTag(call), headers })
  const { theirs, ...session } = call.session
  const pending = theirs === undefined ? [] : [respond(theirs.id, createResponse(heldRequest(theirs), 487))]
  return {
    call: { ...call, phase: 'over', session: { ...session, phase: 'over' } },
    effects: [
      ...stopAll,
      ...pending,
      respond(call.invite.id, response),
      tell({ type: 'ended', ending }),
      tell({ type: 'over' }),
    ],
  }
}
