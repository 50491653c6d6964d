import { receiveInDialog } from '../dialog/match.ts'
import { createResponse } from '../message/build.ts'
import { rackOf } from '../reliable/headers.ts'
import { acknowledgeOpen, repeatOpen } from '../reliable/provisional-sender.ts'
import { sdpOf } from '../session/body.ts'
import { respond, tell, unexpected } from '../session/effects.ts'
import { reasonsOf } from '../session/ending-reasons.ts'
import { holdRequest } from '../session/held-request.ts'
import { settle, theyOffer } from '../session/media.ts'
import type { Session, SessionInput } from '../session/session.ts'
import { sessionTransition } from '../session/transition.ts'
import type { CallInput, CallStep, Incoming } from './call.ts'
import { answer, progress, provisionalStep, refuse, stillRinging } from './incoming-answer.ts'
import { asSessionInput } from './session-input.ts'

type Step = CallStep<Incoming>

/** One step of a call to us. Pure. */
export function incomingTransition(call: Incoming, input: CallInput): Step {
  switch (call.phase) {
    case 'ringing':
      return ringing(call, input)
    case 'answered':
      return answered(call, input)
    case 'over':
      return inSession(call, input)
  }
}

function ringing(call: Incoming, input: CallInput): Step {
  switch (input.type) {
    case 'progress':
      return progress(call, input)
    case 'answer':
      // RFC 3311 §5.2: an UPDATE or PRACK of the caller that waits is answered first.
      return call.session.theirs === undefined ? answer(call, input.sdp) : inSession(call, input)
    case 'hang up': {
      const { status = 480, headers = [] } = input
      return refuse(call, { status, headers, ending: { type: 'refused', by: 'us', status } })
    }
    // RFC 3261 §9.2.
    case 'cancelled':
      return abandoned(call, reasonsOf(input.cancel))
    case 'request':
      return input.request.method === 'PRACK' ? receivePrack(call, input) : requested(call, input)
    case 'timer':
      return timeIsOver(call, input.name)
    default:
      return inSession(call, input)
  }
}

const abandoned = (call: Incoming, reasons: ReturnType<typeof reasonsOf>): Step =>
  refuse(call, { status: 487, ending: { type: 'abandoned', by: 'peer', reasons } })

function timeIsOver(call: Incoming, name: string): Step {
  switch (name) {
    case 'provisional':
      return provisionalStep(call, repeatOpen(call.provisionals))
    // RFC 3262 §3: no PRACK within 64*T1: the INVITE is refused with a 5xx.
    case 'provisional limit':
      return refuse(call, { status: 504, ending: { type: 'lost', cause: 'no ack' } })
    case 'still ringing':
      return stillRinging(call)
    case 'invite expires':
      return abandoned(call, [])
    default:
      return inSession(call, { type: 'timer', name })
  }
}

// RFC 3261 §15: the caller may end an early dialog with BYE; its INVITE then gets 487.
function requested(call: Incoming, input: Extract<SessionInput, { type: 'request' }>): Step {
  if (input.request.method !== 'BYE') return inSession(call, input)
  const verdict = receiveInDialog(call.session.dialog, input.request)
  if (verdict.type !== 'accepted') return inSession(call, input)
  const over = abandoned(call, reasonsOf(input.request))
  return { ...over, effects: [respond(input.id, createResponse(input.request, 200)), ...over.effects] }
}

/** RFC 3262 §3: 481 for what is not waited for; a matching PRACK may bring an answer, or a new offer (§5). */
function receivePrack(call: Incoming, input: Extract<SessionInput, { type: 'request' }>): Step {
  const { id, request } = input
  const verdict = receiveInDialog(call.session.dialog, request)
  const rack = rackOf(request)
  const isOurs = rack?.method === 'INVITE' && verdict.type === 'accepted'
  const step = isOurs ? acknowledgeOpen(call.provisionals, rack.rseq) : undefined
  if (step === undefined || verdict.type !== 'accepted')
    return { call, effects: [respond(id, createResponse(request, 481))] }
  const session: Session = { ...call.session, dialog: verdict.dialog }
  const next = provisionalStep({ ...call, session }, step)
  const read = readPrack(next.call, input)
  const effects = [...next.effects, ...read.effects]
  const { waitingAnswer } = read.call
  if (waitingAnswer === undefined || read.call.session.theirs !== undefined) return { ...read, effects }
  const last = answer(read.call, waitingAnswer)
  return { call: last.call, effects: [...effects, ...last.effects] }
}

function readPrack(call: Incoming, { id, request }: Extract<SessionInput, { type: 'request' }>): Step {
  const sdp = sdpOf(request)
  const { session } = call
  const { media } = session
  const ok = respond(id, createResponse(request, 200))
  if (sdp === undefined) return { call, effects: [ok] }
  if (media.state === 'we offered') {
    const settled: Session = { ...session, media: settle(media, sdp) }
    return { call: { ...call, session: settled }, effects: [ok, tell({ type: 'offer accepted', sdp })] }
  }
  // RFC 3262 §5: an offer in the PRACK is answered in its 2xx.
  const offered: Session = { ...session, media: theyOffer(media, sdp), theirs: holdRequest(id, request) }
  return { call: { ...call, session: offered }, effects: [tell({ type: 'offer', sdp })] }
}

function answered(call: Incoming, input: CallInput): Step {
  if (input.type === 'ack' && !call.isAcknowledged) {
    const step = inSession({ ...call, isAcknowledged: true }, input)
    return { ...step, effects: [tell({ type: 'acknowledged' }), ...step.effects] }
  }
  // RFC 3262 §3: a PRACK that crossed our 2xx still counts.
  if (input.type === 'request' && input.request.method === 'PRACK') return receivePrack(call, input)
  return inSession(call, input)
}

function inSession(call: Incoming, input: CallInput): Step {
  const given = asSessionInput(call.session, input)
  if (given === undefined) return { call, effects: [unexpected(input)] }
  const { session, effects } = sessionTransition(call.session, given)
  const answeredNow: Incoming = { ...call, session }
  const isOver = session.phase === 'over' && call.phase === 'answered'
  const next: Step = { call: isOver ? { ...answeredNow, phase: 'over' } : answeredNow, effects }
  const { waitingAnswer } = call
  // The offer that held back our answer to the INVITE has been answered itself.
  if (call.phase !== 'ringing' || waitingAnswer === undefined || session.theirs !== undefined) return next
  const last = answer(next.call, waitingAnswer)
  return { call: last.call, effects: [...next.effects, ...last.effects] }
}
