import type { Ending } from '@ringdown/contract'
import type { CallInput, Dialing, Step } from './call.state.ts'
import { ignored, to } from './call.state.ts'
import { factsAfter, mediaDeadline, withFacts } from './caller-media.rules.ts'
import { canceled, endingOfLeg, mediaLost, noAnswer, shutdown } from './endings.rules.ts'
import { isSameLine, isTheirs } from './operator-line.rules.ts'

/** We call somebody for an operator who waits on their line. Whoever ends it before the answer, nothing is left to write up. */
export function dialing(state: Dialing, input: CallInput, now: number): Step {
  switch (input.type) {
    case 'progress':
      return progress(state, input.earlyMedia)
    case 'answered':
      return answered(state, now)
    case 'operator hung up':
    case 'operator away':
      return isTheirs(state, input) ? end(state, canceled, now) : ignored
    case 'operator back':
      return isTheirs(state, input) && !isSameLine(state.line, input.line)
        ? to({ ...state, line: input.line })
        : ignored
    case 'leg ended':
      return end(state, endingOfLeg(input.cause, false), now)
    case 'media failed':
      return end(state, input.ending, now)
    case 'stopped':
      return end(state, shutdown, now)
    case 'timer':
      return timer(state, input.name, now)
    case 'recovered': {
      const facts = factsAfter(state.facts, input, now) ?? state.facts
      // Whether the operator is still there is found out soon: until then the far end rings on.
      return to({ ...state, facts, line: input.line ?? state.line })
    }
    default: {
      const facts = factsAfter(state.facts, input, now)
      return facts ? to(withFacts(state, facts)) : ignored
    }
  }
}

/** Early media stays: a later 180 of another branch would silence what is heard already (RFC 3960 §3.2). */
function progress(state: Dialing, earlyMedia: boolean): Step {
  const next = earlyMedia || state.progress === 'early media' ? 'early media' : 'ringing'
  return next === state.progress ? ignored : to({ ...state, progress: next })
}

function answered(state: Dialing, now: number): Step {
  const { operator, line } = state
  const facts = { ...state.facts, answeredAt: now }
  return to(
    { type: 'connected', facts, operator, line, joinedAt: now },
    { type: 'join', party: facts.caller, role: 'caller', at: now },
    { type: 'join', party: operator, role: 'operator', at: now },
  )
}

function timer(state: Dialing, name: string, now: number): Step {
  if (name === 'deadline' && now >= state.deadline) return end(state, noAnswer, now)
  const lostFor = mediaDeadline(state.facts.media)
  return name === 'media' && lostFor !== null && now >= lostFor ? end(state, mediaLost, now) : ignored
}

function end(state: Dialing, ending: Ending, now: number): Step {
  const { facts, operator } = state
  return to(
    { type: 'ended', facts, ending, endedAt: now },
    { type: 'free operators', operators: [operator] },
    { type: 'record', ending, operator, answeredAt: null, at: now },
  )
}
