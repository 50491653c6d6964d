import type { RegistrationState } from '@ringdown/contract'
import type { DigestCrypto, DigestSession, Header, SipResponse } from '@ringdown/sip'
import { isSuccess } from '@ringdown/sip'
import { answered, challenged, refreshed } from './registration-answer.state.ts'

/** What stays the same as long as a registration lives. */
export type RegistrationGround = {
  /** The Request-URI: the registrar's domain (RFC 3261 §10.2). */
  registrar: string
  /** The host that the credentials are for. */
  host: string
  expiresS: number
  /** null: the host takes us without. `realm` null: the first realm that it asks with is kept. */
  account: { username: string; password: string; realm: string | null } | null
  crypto: DigestCrypto
}

export type RegistrationFacts = {
  /** Of the last REGISTER; it rises with each (RFC 3261 §10.2). */
  cseq: number
  /** What is asked for, seconds; a 423 may have raised it. */
  askS: number
  sessions: readonly DigestSession[]
  /** The realm that the host asked with first. */
  realm: string | null
  failures: number
  /** Until when the host keeps us by what it said last, ms since the epoch; null: it does not. */
  until: number | null
  /** What went wrong last; null: nothing. */
  reason: string | null
}

/**
 * `asking`: a REGISTER is out; the next must wait for its answer (RFC 3261 §10.2). `waiting`: for the next try.
 * `leaving`: the binding is being removed. `stopping`: it is to be, once the answer is there. `rounds`: answers in a row that
 * asked for another REGISTER.
 */
export type Registration =
  | { name: 'asking'; facts: RegistrationFacts; rounds: number; stopping: boolean }
  | { name: 'registered' | 'waiting'; facts: RegistrationFacts }
  | { name: 'leaving'; facts: RegistrationFacts; rounds: number }
  | { name: 'gone'; facts: RegistrationFacts }

export type RegistrationInput =
  /** A final response. `contact`: the one that was sent. `cnonce`: new and unguessable. `random`: 0 up to, not including, 1. */
  | { type: 'answered'; response: SipResponse; contact: string; cnonce: string; now: number; random: number }
  | { type: 'unanswered'; why: 'timeout' | 'transport error'; now: number; random: number }
  | { type: 'timer' }
  | { type: 'stop'; now: number }

export type RegistrationEffect =
  | { type: 'send'; cseq: number; expiresS: number; headers: readonly Header[] }
  /** One timer: it replaces the one that runs. */
  | { type: 'timer'; ms: number }
  | { type: 'stop timer' }

export type RegistrationStep = { state: Registration; effects: readonly RegistrationEffect[] }

export function startRegistration(ground: RegistrationGround): RegistrationStep {
  const facts: RegistrationFacts = {
    cseq: 0,
    askS: ground.expiresS,
    sessions: [],
    realm: null,
    failures: 0,
    until: null,
    reason: null,
  }
  return refreshed(facts, ground)
}

export function registrationTransition(
  state: Registration,
  input: RegistrationInput,
  ground: RegistrationGround,
): RegistrationStep {
  switch (state.name) {
    case 'asking':
      return asking(state, input, ground)
    case 'registered':
    case 'waiting':
      return resting(state, input, ground)
    case 'leaving':
      return leaving(state, input, ground)
    case 'gone':
      return stay(state)
  }
}

function asking(
  state: Extract<Registration, { name: 'asking' }>,
  input: RegistrationInput,
  ground: RegistrationGround,
): RegistrationStep {
  if (input.type === 'stop') return stay({ ...state, stopping: true })
  if (input.type === 'timer') return stay(state)
  if (!state.stopping) return answered(state, input, ground)
  const isBound = input.type === 'answered' && isSuccess(input.response)
  return isBound ? leave(state.facts, ground) : leaveIfBound(state.facts, input.now, ground)
}

function resting(
  state: Extract<Registration, { name: 'registered' | 'waiting' }>,
  input: RegistrationInput,
  ground: RegistrationGround,
): RegistrationStep {
  if (input.type === 'timer') return refreshed(state.facts, ground)
  if (input.type === 'stop') return leaveIfBound(state.facts, input.now, ground)
  return stay(state)
}

/** RFC 3261 §10.2.2: whatever comes of it, nobody asks again; the binding ends by itself. */
function leaving(
  state: Extract<Registration, { name: 'leaving' }>,
  input: RegistrationInput,
  ground: RegistrationGround,
): RegistrationStep {
  if (input.type === 'timer' || input.type === 'stop') return stay(state)
  if (input.type === 'unanswered') return gone(state.facts)
  const next = challenged({ ...state, expiresS: 0 }, input, ground)
  if (!next.ok) return gone(state.facts)
  return { state: { ...state, facts: next.facts, rounds: state.rounds + 1 }, effects: [next.send] }
}

const leaveIfBound = (facts: RegistrationFacts, now: number, ground: RegistrationGround): RegistrationStep =>
  facts.until !== null && facts.until > now ? leave(facts, ground) : gone(facts)

function leave(facts: RegistrationFacts, ground: RegistrationGround): RegistrationStep {
  const { state, effects } = refreshed({ ...facts, askS: 0 }, ground)
  return { state: { name: 'leaving', facts: state.facts, rounds: 0 }, effects: [stopTimer, ...effects] }
}

const stopTimer = { type: 'stop timer' } as const

const gone = (facts: RegistrationFacts): RegistrationStep => ({
  state: { name: 'gone', facts: { ...facts, until: null } },
  effects: [stopTimer],
})

const stay = (state: Registration): RegistrationStep => ({ state, effects: [] })

/** What people see: what the host said last holds until it ends, whatever has gone wrong since. */
export function registrationView(state: Registration, host: string, now: number): RegistrationState {
  const { until, reason, failures } = state.facts
  if (until !== null && until > now) return { host, state: 'registered', until, reason }
  return {
    host,
    state: failures === 0 && state.name === 'asking' ? 'registering' : 'failed',
    until: null,
    reason,
  }
}
