import { createResponse } from '../message/build.ts'
import { cseqOf, fromOf } from '../message/headers.ts'
import { isProvisional, isSuccess, type SipResponse } from '../message/message.ts'
import { tagOf } from '../message/name-addr.ts'
import { type CallEffect, respond, stopTimer, tell, unexpected } from '../session/effects.ts'
import { heldRequest } from '../session/held-request.ts'
import type { Session } from '../session/session.ts'
import { sessionTransition } from '../session/transition.ts'
import type { CallInput, CallStep, EarlyDialog, Outgoing } from './call.ts'
import { gaveUp } from './outcome.ts'
import { inviteAgain } from './outgoing.ts'
import { answered, surplus } from './outgoing-answer.ts'
import { earlyOf, provisional, remoteTagOf, withEarly, withoutEarly } from './outgoing-early.ts'
import { failed, movedOn, tryTarget, unauthorized } from './outgoing-failure.ts'
import { asSessionInput } from './session-input.ts'

type Step = CallStep<Outgoing>

/** One step of a call of ours. Pure. */
export function outgoingTransition(call: Outgoing, input: CallInput): Step {
  const next = receive(call, input)
  return { call: next.call, effects: [...abandonedOffers(call, next.call), ...next.effects] }
}

// RFC 3261 §15.1.2: what the far end still asks in an early dialog that is given up gets 487.
const abandonedOffers = (before: Outgoing, after: Outgoing): CallEffect[] =>
  before.early.flatMap(({ session: { theirs, dialog } }) =>
    theirs === undefined ||
    earlyOf(after, dialog.remoteTag) !== undefined ||
    after.session?.dialog.remoteTag === dialog.remoteTag
      ? []
      : [respond(theirs.id, createResponse(heldRequest(theirs), 487))],
  )

function receive(call: Outgoing, input: CallInput): Step {
  if (input.type === 'response' && isInviteAnswer(input.response)) {
    // RFC 3261 §8.1.3.4: an answer to an INVITE that was already followed by another says nothing any more, unless it is a 2xx.
    const { response } = input
    if (cseqOf(response)?.number === call.cseq) return inviteAnswered(call, response)
    if ((cseqOf(response)?.number ?? 0) < call.cseq)
      return { call, effects: isSuccess(response) ? surplus(response) : [] }
  }
  switch (call.phase) {
    case 'calling':
      return calling(call, input)
    case 'paused':
      return paused(call, input)
    case 'cancelling':
      return input.type === 'request' ? unknownEarly(call, input) : inEarly(call, input)
    case 'answered':
    case 'over':
      return inSession(call, input)
  }
}

const isInviteAnswer = (response: SipResponse): boolean => cseqOf(response)?.method === 'INVITE'

/** An answer to the INVITE that is out, or was. */
function inviteAnswered(call: Outgoing, response: SipResponse): Step {
  switch (call.phase) {
    case 'calling':
      if (isProvisional(response)) return provisional(call, response)
      return isSuccess(response) ? answered(call, response) : failed(call, response)
    case 'cancelling':
      if (isProvisional(response)) return { call, effects: [] }
      // RFC 3261 §9.1: a 2xx that crossed our CANCEL is acknowledged and ended.
      return over(call, isSuccess(response) ? surplus(response) : [])
    case 'answered':
      // RFC 3261 §13.2.2.4: the same answer again is acknowledged again, that of another branch is ended.
      if (remoteTagOf(response) === call.session?.dialog.remoteTag)
        return inSession(call, { type: 'response', response })
      return { call, effects: isSuccess(response) ? surplus(response) : [] }
    default:
      return { call, effects: isSuccess(response) ? surplus(response) : [] }
  }
}

const over = (call: Outgoing, effects: readonly CallEffect[]): Step => ({
  call: { ...call, phase: 'over', early: [] },
  effects: [...effects, tell({ type: 'over' })],
})

function calling(call: Outgoing, input: CallInput): Step {
  if (input.type === 'move on' && input.cseq === call.cseq) return movedOn(call) ?? unknownEarly(call, input)
  if (input.type !== 'hang up') return inEarly(call, input)
  // RFC 3261 §9.1: the layer holds the CANCEL back until a provisional response came.
  const ending = gaveUp(input.outcome ?? 'canceled')
  return {
    call: { ...call, phase: 'cancelling' },
    effects: [
      { type: 'cancel', cseq: call.cseq, headers: input.headers ?? [] },
      tell({ type: 'ended', ending }),
    ],
  }
}

/** No INVITE is out: credentials (RFC 3261 §22.2) or a timer (§14.1) are waited for. */
function paused(call: Outgoing, input: CallInput): Step {
  switch (input.type) {
    case 'authorize':
      if (call.challenged === undefined || input.cseq !== call.cseq)
        return { call, effects: [unexpected(input)] }
      return input.headers.length === 0
        ? unauthorized(call)
        : inviteAgain({ ...call, credentials: input.headers })
    case 'try':
      return call.unreached === undefined ? { call, effects: [unexpected(input)] } : tryTarget(call, input)
    case 'timer':
      return input.name === 'offer again' ? inviteAgain(call) : { call, effects: [unexpected(input)] }
    case 'hang up': {
      const ending = gaveUp(input.outcome ?? 'canceled')
      return over(call, [stopTimer('offer again'), tell({ type: 'ended', ending })])
    }
    default:
      return inEarly(call, input)
  }
}

/** What concerns one of the early dialogs (RFC 3261 §12.1.2). */
function inEarly(call: Outgoing, input: CallInput): Step {
  const early = concerned(call, input)
  if (
    early === undefined ||
    input.type === 'progress' ||
    input.type === 'cancelled' ||
    input.type === 'hang up' ||
    input.type === 'try' ||
    input.type === 'move on'
  )
    return unknownEarly(call, input)
  const { session, effects } = sessionTransition(early.session, input)
  // RFC 3261 §15: a callee may not end an early dialog with BYE; one that does is gone, the others go on.
  if (session.phase === 'ending' || session.phase === 'over')
    return {
      call: withoutEarly(call, session.dialog.remoteTag),
      effects: effects.filter(effect => effect.type !== 'tell'),
    }
  return { call: withEarly(call, { ...early, session }), effects }
}

function unknownEarly(call: Outgoing, input: CallInput): Step {
  return input.type === 'request'
    ? { call, effects: [respond(input.id, createResponse(input.request, 481))] }
    : { call, effects: [unexpected(input)] }
}

/** The early dialog of a message by its tag; an answer of the user is for the one that waits for it, an offer for the last one. */
function concerned(call: Outgoing, input: CallInput): EarlyDialog | undefined {
  switch (input.type) {
    case 'request':
      return earlyOf(call, tagOf(fromOf(input.request)) ?? '')
    case 'response':
      return earlyOf(call, remoteTagOf(input.response))
    case 'answer':
    case 'refuse offer':
      return call.early.find(({ session }) => session.theirs !== undefined)
    default:
      return call.early.at(-1)
  }
}

function inSession(call: Outgoing, input: CallInput): Step {
  const { session } = call
  const given = asSessionInput(session, input)
  if (session === undefined || given === undefined) return unknownEarly(call, input)
  const step = sessionTransition(session, given)
  return { call: afterSession(call, step.session), effects: step.effects }
}

const afterSession = (call: Outgoing, session: Session): Outgoing => ({
  ...call,
  session,
  phase: session.phase === 'over' ? 'over' : call.phase,
})
