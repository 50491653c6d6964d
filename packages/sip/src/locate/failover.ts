import type { Candidate } from './locate.ts'

/** How an attempt at a candidate ended. `timeout`: Timer B or F, no final response. */
export type AttemptOutcome =
  | { readonly type: 'response'; readonly status: number }
  | { readonly type: 'timeout' }
  | { readonly type: 'transport error' }

/** The candidates of one request, and which is being tried. Plain data. */
export interface Attempts {
  readonly candidates: readonly Candidate[]
  readonly at: number
}

/** What follows an attempt: the next place, or the end (RFC 3263 §4.3). */
export type AfterAttempt =
  /** Send the request there, as a new transaction with a new branch (RFC 3263 §4.3). */
  | { readonly type: 'try'; readonly candidate: Candidate; readonly attempts: Attempts }
  /** The outcome stands: pass it on. `exhausted`: it was a failure, and there is nobody left to try. */
  | { readonly type: 'settled'; readonly exhausted: boolean }

/** Begins with the first candidate. */
export function startAttempts(candidates: readonly Candidate[]): AfterAttempt {
  const candidate = candidates[0]
  if (candidate === undefined) return { type: 'settled', exhausted: true }
  return { type: 'try', candidate, attempts: { candidates, at: 0 } }
}

/** Whether the next candidate is to be tried: after 503, a time-out or a transport error (RFC 3263 §4.3). */
export const isHostFailure = (outcome: AttemptOutcome): boolean =>
  outcome.type !== 'response' || outcome.status === 503

/** What to do after an attempt. */
export function afterAttempt({ candidates, at }: Attempts, outcome: AttemptOutcome): AfterAttempt {
  if (!isHostFailure(outcome)) return { type: 'settled', exhausted: false }
  const candidate = candidates[at + 1]
  if (candidate === undefined) return { type: 'settled', exhausted: true }
  return { type: 'try', candidate, attempts: { candidates, at: at + 1 } }
}
