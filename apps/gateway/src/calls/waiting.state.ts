import type { Ending } from '@ringdown/contract'
import type {
  Arriving,
  CallFacts,
  CallInput,
  CallState,
  CallWrite,
  Flow,
  Leaving,
  Offer,
  Offered,
  Pass,
  Queued,
  Step,
} from './call.state.ts'
import { ignored, to } from './call.state.ts'
import { factsAfter, mediaDeadline, withFacts } from './caller-media.rules.ts'
import { endingOfLeg, mediaLost, shutdown, streamNeverCame, waitLimit } from './endings.rules.ts'
import { limits } from './limits.rules.ts'
import { playlistOf } from './playlists.rules.ts'

/** The caller's leg is not answered yet: its audio path is being opened, by us (SIP) or by the carrier (stream). */
export function arriving(state: Arriving, input: CallInput, now: number): Step {
  switch (input.type) {
    case 'media up': {
      const facts = factsAfter(state.facts, input, now) ?? state.facts
      // A stream is answered by the carrier before it opens; SIP is answered now and reports it.
      return state.facts.leg.kind === 'stream' ? greet({ ...state, facts }, now) : to({ ...state, facts })
    }
    case 'answered':
      return greet(state, now)
    case 'recovered': {
      const facts = factsAfter(state.facts, input, now) ?? state.facts
      const next = { ...state, facts }
      // The stream came while nobody was there to journal it; it will not be reported again.
      return facts.leg.kind === 'stream' && facts.media.state === 'up' ? greet(next, now) : to(next)
    }
    case 'timer':
      return input.name === 'deadline' && now >= state.deadline ? end(state, streamNeverCame, now) : ignored
    default:
      return always(state, input, now)
  }
}

export function flow(state: Flow, input: CallInput, now: number): Step {
  switch (input.type) {
    case 'played':
      return input.playlist === playlistOf(state) ? enqueue(state, now) : ignored
    case 'timer':
      return input.name === 'deadline' && now >= state.deadline
        ? enqueue(state, now)
        : mediaTimer(state, input, now)
    default:
      return always(state, input, now)
  }
}

export function queued(state: Queued, input: CallInput, now: number): Step {
  switch (input.type) {
    case 'offers made':
      return offer(state, [], input.operators, now)
    default:
      return waiting(state, input, now)
  }
}

export function offered(state: Offered, input: CallInput, now: number): Step {
  switch (input.type) {
    case 'offers made':
      return offer(state, state.offers, input.operators, now)
    case 'declined':
      return passOn(state, [input.operator], now)
    case 'offer withdrawn':
      return withdraw(state, input.operator)
    case 'accepted':
      return accept(state, input, now)
    case 'timer':
      if (input.name !== 'ring') return waiting(state, input, now)
      return passOn(
        state,
        state.offers.filter(o => o.ringsUntil <= now).map(o => o.operator),
        now,
      )
    default:
      return waiting(state, input, now)
  }
}

/** The last sentence is being spoken. */
export function leaving(state: Leaving, input: CallInput, now: number): Step {
  switch (input.type) {
    case 'played':
      return input.playlist === playlistOf(state) ? end(state, state.ending, now) : ignored
    case 'timer':
      return input.name === 'deadline' && now >= state.deadline ? end(state, state.ending, now) : ignored
    default:
      return always(state, input, now)
  }
}

/** What a queued and an offered call share. */
function waiting(state: Queued | Offered, input: CallInput, now: number): Step {
  switch (input.type) {
    case 'place':
      return announce(state, input)
    case 'timer':
      if (input.name === 'pass') return askAgain(state, now)
      if (input.name === 'deadline' && state.type === 'queued' && now >= state.deadline)
        return leave(state, now)
      return mediaTimer(state, input, now)
    case 'recovered':
      return recoverOffers(state, input, now)
    default:
      return always(state, input, now)
  }
}

/** What every state of a caller without an operator does alike. */
function always(state: Arriving | Flow | Queued | Offered | Leaving, input: CallInput, now: number): Step {
  switch (input.type) {
    case 'leg ended':
      return end(state, endingOfLeg(input.cause, state.facts.answeredAt !== null), now)
    case 'media failed':
      return end(state, input.ending, now)
    case 'stopped':
      return end(state, shutdown, now)
    case 'timer':
      return mediaTimer(state, input, now)
    default: {
      const facts = factsAfter(state.facts, input, now)
      return facts ? to(withFacts(state, facts)) : ignored
    }
  }
}

function mediaTimer(
  state: Arriving | Flow | Queued | Offered | Leaving,
  input: { name: string },
  now: number,
): Step {
  const deadline = mediaDeadline(state.facts.media)
  return input.name === 'media' && deadline !== null && now >= deadline ? end(state, mediaLost, now) : ignored
}

function greet(state: Arriving, now: number): Step {
  const { facts } = state
  const joined: CallWrite = { type: 'join', party: facts.caller, role: 'caller', at: now }
  if (facts.queue.greeting === '') return to(beginToWait(facts, now), joined)
  return to({ type: 'flow', facts, step: 'greeting', deadline: now + limits.greetingMs }, joined)
}

function enqueue(state: Flow, now: number): Step {
  return to(beginToWait(state.facts, now))
}

function beginToWait(facts: CallFacts, now: number): Queued {
  return {
    type: 'queued',
    facts,
    queuedAt: now,
    deadline: now + facts.queue.waitLimitMs,
    announcement: { number: 0, position: null, staffed: true },
    passed: [],
  }
}

function offer(state: Queued | Offered, before: Offer[], operators: string[], now: number): Step {
  const known = new Set(before.map(o => o.operator))
  const ringsUntil = now + state.facts.queue.ringMs
  const fresh = operators.filter(o => !known.has(o)).map(operator => ({ operator, ringsUntil }))
  if (fresh.length === 0) return ignored
  return to({ ...state, type: 'offered', offers: [...before, ...fresh] })
}

function accept(state: Offered, input: Extract<CallInput, { type: 'accepted' }>, now: number): Step {
  const { operator, line } = input
  if (!state.offers.some(o => o.operator === operator)) return ignored
  const others = state.offers.map(o => o.operator).filter(o => o !== operator)
  const facts = { ...state.facts, answeredAt: state.facts.answeredAt ?? now }
  const writes: CallWrite[] = [
    { type: 'claim operator', operator, at: now },
    { type: 'join', party: operator, role: 'operator', at: now },
  ]
  if (others.length > 0) writes.push({ type: 'free operators', operators: others })
  return to({ type: 'connected', facts, operator, line, joinedAt: now }, ...writes)
}

/** Declined or missed: the operator is free again, the offer moves on, the same person is not asked again at once. */
function passOn(state: Offered, operators: string[], now: number): Step {
  const leaving = operators.filter(operator => state.offers.some(o => o.operator === operator))
  if (leaving.length === 0) return ignored
  const passes: Pass[] = leaving.map(operator => ({ operator, until: now + limits.passMs }))
  const rest = withoutOffers(state, leaving)
  return to({ ...rest, passed: [...rest.passed, ...passes] }, { type: 'free operators', operators: leaving })
}

function withdraw(state: Offered, operator: string): Step {
  if (!state.offers.some(o => o.operator === operator)) return ignored
  return to(withoutOffers(state, [operator]), { type: 'free operators', operators: [operator] })
}

function withoutOffers(state: Offered, operators: string[]): Queued | Offered {
  const offers = state.offers.filter(o => !operators.includes(o.operator))
  if (offers.length > 0) return { ...state, offers }
  const { offers: _, ...rest } = state
  return { ...rest, type: 'queued' }
}

/** Whoever passed long enough ago may be asked again. */
function askAgain(state: Queued | Offered, now: number): Step {
  const passed = state.passed.filter(p => p.until > now)
  return passed.length === state.passed.length ? ignored : to({ ...state, passed })
}

function announce(state: Queued | Offered, input: Extract<CallInput, { type: 'place' }>): Step {
  const { position, staffed } = state.announcement
  if (position === input.position && staffed === input.staffed) return ignored
  const announcement = {
    number: state.announcement.number + 1,
    position: input.position,
    staffed: input.staffed,
  }
  return to({ ...state, announcement })
}

/**
 * The database knows better than the journal whom this call rings: an offer is made there first.
 * Offers that the journal knows and the database does not were freed and are gone.
 */
function recoverOffers(
  state: Queued | Offered,
  input: Extract<CallInput, { type: 'recovered' }>,
  now: number,
): Step {
  const facts = factsAfter(state.facts, input, now) ?? state.facts
  const ringsUntil = now + state.facts.queue.ringMs
  const before = state.type === 'offered' ? state.offers : []
  const offers = input.ringing.map(
    operator => before.find(o => o.operator === operator) ?? { operator, ringsUntil },
  )
  const { queuedAt, deadline, announcement, passed } = state
  const waiting = { facts, queuedAt, deadline, announcement, passed }
  return to(offers.length > 0 ? { type: 'offered', offers, ...waiting } : { type: 'queued', ...waiting })
}

function leave(state: Queued | Offered, now: number): Step {
  const next: Leaving = {
    type: 'leaving',
    facts: state.facts,
    clip: 'goodbye',
    ending: waitLimit,
    deadline: now + limits.leaveMs,
  }
  return to(next, ...freeOffers(state))
}

function end(state: Arriving | Flow | Queued | Offered | Leaving, ending: Ending, now: number): Step {
  const { facts } = state
  return to(
    { type: 'ended', facts, ending, endedAt: now },
    ...freeOffers(state),
    { type: 'leave', party: facts.caller, at: now },
    { type: 'record', ending, operator: null, answeredAt: facts.answeredAt, at: now },
  )
}

function freeOffers(state: CallState): CallWrite[] {
  return state.type === 'offered'
    ? [{ type: 'free operators', operators: state.offers.map(o => o.operator) }]
    : []
}
