import type { Uri } from '../message/uri.ts'
import {
  type Candidate,
  LOCATE_LIMITS,
  type LocateError,
  type LocatePreferences,
  type Outcome,
  type Question,
  type SrvRecord,
} from './locate.ts'
import { type Known, questionKey, resolve } from './resolve.ts'
import { orderSrv } from './srv-order.ts'
import { type LocateTarget, readTarget } from './target.ts'

/** Where a location stands. Plain data. */
export type LocateState =
  | {
      readonly name: 'asking'
      readonly target: LocateTarget
      readonly preferences: LocatePreferences
      readonly known: Known
      /** Keys of the questions that are out. */
      readonly asked: readonly string[]
    }
  | { readonly name: 'done' }

/** What DNS answered. */
export type LocateInput =
  /** The outcome of a question. `random` decides between SRV records: 0 up to, not including, 1. */
  | {
      readonly type: 'outcome'
      readonly question: Question
      readonly outcome: Outcome
      readonly random: () => number
    }
  /** Time is up: go on with what is known. */
  | { readonly type: 'time out' }

/** A question to ask, or the outcome. */
export type LocateEffect =
  /** Ask DNS, or a cache; tell the outcome, within a time of your choosing. */
  | { readonly type: 'query'; readonly question: Question }
  /** Where to send, in order; never empty, no place twice. */
  | { readonly type: 'located'; readonly candidates: readonly Candidate[] }
  | { readonly type: 'failed'; readonly error: LocateError }
  /** The outcome of a question that was not out. */
  | { readonly type: 'unexpected' }

/** The next state of a location, and what it needs. */
export interface LocateStep {
  readonly state: LocateState
  readonly effects: readonly LocateEffect[]
}

/** Begins to locate the server of a SIP or SIPS URI (RFC 3263 §4): the next hop of a request, a Route or a trunk's host. */
export function startLocate({ uri, preferences }: { uri: Uri; preferences: LocatePreferences }): LocateStep {
  const read = readTarget(uri, preferences)
  if (!read.ok) return failed(read.error)
  return advance({ name: 'asking', target: read.target, preferences, known: {}, asked: [] })
}

/** One step of a location. */
export function locate(state: LocateState, input: LocateInput): LocateStep {
  if (state.name === 'done') return { state, effects: [{ type: 'unexpected' }] }
  if (input.type === 'time out') return giveUp(state)
  const key = questionKey(input.question)
  if (!state.asked.includes(key)) return { state, effects: [{ type: 'unexpected' }] }
  const asked = state.asked.filter(other => other !== key)
  return advance({ ...state, asked, known: { ...state.known, [key]: settle(input.outcome, input.random) } })
}

type Asking = Extract<LocateState, { name: 'asking' }>

/** Cuts an answer to its limit and draws the order of SRV records, once. */
function settle(outcome: Outcome, random: () => number): Outcome {
  if (outcome.type !== 'records') return outcome
  const records = outcome.records.slice(0, LOCATE_LIMITS.records)
  const services = records.filter((record): record is SrvRecord => record.kind === 'SRV')
  const others = records.filter(record => record.kind !== 'SRV')
  return { type: 'records', records: [...orderSrv(services, random), ...others] }
}

function advance(state: Asking): LocateStep {
  const { open, candidates } = resolve(state.target, state.preferences, state.known)
  const questions = new Map(open.map(question => [questionKey(question), question]))
  if (questions.size === 0) return candidates.length > 0 ? located(candidates) : failed(whyNone(state))
  const fresh = [...questions].filter(([key]) => !state.asked.includes(key))
  return {
    state: { ...state, asked: [...state.asked, ...fresh.map(([key]) => key)] },
    effects: fresh.map(([, question]) => ({ type: 'query', question })),
  }
}

// Every open question counts as failed; the fall-back of the RFC may ask further, and those are failed too.
function giveUp(state: Asking): LocateStep {
  let known = state.known
  for (;;) {
    const { open, candidates } = resolve(state.target, state.preferences, known)
    if (candidates.length > 0) return located(candidates)
    if (open.length === 0) return failed(whyNone({ ...state, known }))
    known = { ...known, ...Object.fromEntries(open.map(q => [questionKey(q), { type: 'failed' as const }])) }
  }
}

const whyNone = ({ known }: Asking): LocateError =>
  Object.values(known).some(({ type }) => type === 'failed') ? 'locate.dns-failed' : 'locate.no-such-host'

const failed = (error: LocateError): LocateStep => ({
  state: { name: 'done' },
  effects: [{ type: 'failed', error }],
})

const located = (candidates: readonly Candidate[]): LocateStep => ({
  state: { name: 'done' },
  effects: [{ type: 'located', candidates: withoutRepeats(candidates).slice(0, LOCATE_LIMITS.candidates) }],
})

function withoutRepeats(candidates: readonly Candidate[]): Candidate[] {
  const places = candidates.map(place => [placeKey(place), place] as const).toReversed()
  return [...new Map(places).values()].toReversed()
}

/** Names a place: transport, address and port. */
export const placeKey = ({ transport, address, port }: Omit<Candidate, 'serverName'>): string =>
  `${transport} ${address} ${port}`
