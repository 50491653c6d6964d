import type { Ending } from '@ringdown/contract'
import type { CallInput, Connected, Held, Parked, Queued, Step, Wrapping } from './call.state.ts'
import { ignored, to } from './call.state.ts'
import { factsAfter, mediaDeadline, withFacts } from './caller-media.rules.ts'
import { endingOfLeg, hungUpByOperator, mediaLost, shutdown } from './endings.rules.ts'
import { isSameLine, isTheirs } from './operator-line.rules.ts'

export function connected(state: Connected, input: CallInput, now: number): Step {
  switch (input.type) {
    case 'hold':
      return isTheirs(state, input) ? to({ ...state, type: 'held', heldAt: now }) : ignored
    default:
      return talking(state, input, now)
  }
}

export function held(state: Held, input: CallInput, now: number): Step {
  switch (input.type) {
    case 'resume': {
      if (!isTheirs(state, input)) return ignored
      const { facts, operator, line, joinedAt } = state
      return to({ type: 'connected', facts, operator, line, joinedAt })
    }
    default:
      return talking(state, input, now)
  }
}

/** The operator is away: the caller hears music until they are back, or until the limit, then waits for anyone. */
export function parked(state: Parked, input: CallInput, now: number): Step {
  switch (input.type) {
    case 'operator back':
      return isTheirs(state, input) ? rejoin(state, input, now) : ignored
    case 'timer':
      if (input.name === 'deadline' && now >= state.deadline) return waitForAnyone(state, now)
      return mediaTimer(state, input, now)
    case 'recovered': {
      const facts = factsAfter(state.facts, input, now) ?? state.facts
      // A line that still stands is no person: somebody closed a page, and its line takes half a minute to notice.
      return to({ ...state, facts })
    }
    default:
      return anyTalk(state, input, now)
  }
}

/** The caller is gone; the operator finishes, or their time is over. */
export function wrapping(state: Wrapping, input: CallInput, now: number): Step {
  const done = (): Step => {
    const { facts, ending, endedAt, operator } = state
    return to({ type: 'ended', facts, ending, endedAt }, { type: 'free operators', operators: [operator] })
  }
  switch (input.type) {
    case 'wrapped up':
      return isTheirs(state, input) ? done() : ignored
    case 'timer':
      return input.name === 'deadline' && now >= state.deadline ? done() : ignored
    case 'stopped':
      return done()
    case 'recovered':
      return to(state)
    default:
      return ignored
  }
}

/** What a connected and a held call share: the operator's line may break. */
function talking(state: Connected | Held, input: CallInput, now: number): Step {
  switch (input.type) {
    case 'operator away':
      return isTheirs(state, input) ? park(state, now) : ignored
    case 'operator back':
      // A new line took the old one's place before anyone noticed that it broke.
      return isTheirs(state, input) && !isSameLine(state.line, input.line)
        ? to({ ...state, line: input.line })
        : ignored
    case 'recovered': {
      const facts = factsAfter(state.facts, input, now) ?? state.facts
      const next = withFacts(state, facts)
      return input.line ? to({ ...next, line: input.line }) : park(next, now)
    }
    case 'timer':
      return mediaTimer(state, input, now)
    default:
      return anyTalk(state, input, now)
  }
}

/** What every state of a caller with an operator does alike. */
function anyTalk(state: Connected | Held | Parked, input: CallInput, now: number): Step {
  switch (input.type) {
    case 'leg ended':
      return wrapUp(state, endingOfLeg(input.cause, true), now)
    case 'operator hung up':
      return isTheirs(state, input) ? wrapUp(state, hungUpByOperator, now) : ignored
    case 'media failed':
      return wrapUp(state, input.ending, now)
    case 'stopped':
      return wrapUp(state, shutdown, now)
    default: {
      const facts = factsAfter(state.facts, input, now)
      return facts ? to(withFacts(state, facts)) : ignored
    }
  }
}

function mediaTimer(state: Connected | Held | Parked, input: { name: string }, now: number): Step {
  const deadline = mediaDeadline(state.facts.media)
  return input.name === 'media' && deadline !== null && now >= deadline
    ? wrapUp(state, mediaLost, now)
    : ignored
}

function park(state: Connected | Held, now: number): Step {
  const { facts, operator, joinedAt, type: was } = state
  const deadline = now + facts.queue.returnLimitMs
  return to({ type: 'parked', facts, operator, joinedAt, parkedAt: now, deadline, was })
}

function rejoin(state: Parked, input: { line: Connected['line'] }, now: number): Step {
  const { facts, operator, joinedAt } = state
  const { line } = input
  return to(
    state.was === 'held'
      ? { type: 'held', facts, operator, line, joinedAt, heldAt: now }
      : { type: 'connected', facts, operator, line, joinedAt },
  )
}

/** The operator did not come back. The caller goes to the front of the queue: they were first already. */
function waitForAnyone(state: Parked, now: number): Step {
  const next: Queued = {
    type: 'queued',
    facts: state.facts,
    queuedAt: state.facts.arrivedAt,
    deadline: now + state.facts.queue.waitLimitMs,
    announcement: { number: 0, position: null, staffed: true },
    passed: [],
  }
  return to(
    next,
    { type: 'leave', party: state.operator, at: now },
    { type: 'sign off operator', operator: state.operator },
  )
}

function wrapUp(state: Connected | Held | Parked, ending: Ending, now: number): Step {
  const { facts, operator } = state
  const deadline = now + facts.queue.wrapUpMs
  return to(
    { type: 'wrapping', facts, operator, ending, endedAt: now, deadline },
    { type: 'wrap up operator', operator, until: deadline },
    { type: 'leave', party: operator, at: now },
    { type: 'leave', party: facts.caller, at: now },
    { type: 'record', ending, operator, answeredAt: facts.answeredAt, at: now },
  )
}
