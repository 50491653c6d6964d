import type { HostHealth } from '@ringdown/contract'
import { nextCheckMs } from './back-off.rules.ts'
import { statusText } from './status-text.rules.ts'

/** One host's health by its answers to OPTIONS (RFC 3261 §11). */
export type Health = {
  state: HostHealth['state']
  /** The last change of state, ms since the epoch. */
  since: number | null
  roundTripMs: number | null
  reason: string | null
  /** Checks in a row that failed. */
  misses: number
}

export type HealthInput =
  | { type: 'timer' }
  /** A final response. `random`: 0 up to, not including, 1. */
  | { type: 'answered'; status: number; roundTripMs: number; now: number; random: number }
  | { type: 'unanswered'; why: 'timeout' | 'transport error'; now: number; random: number }

export type HealthEffect = { type: 'check' } | { type: 'timer'; ms: number }

export type HealthStep = { state: Health; effects: readonly HealthEffect[] }

/** A datagram may be lost. */
const missesUntilDown = 2

export const startHealth = (): HealthStep => ({
  state: { state: 'unknown', since: null, roundTripMs: null, reason: null, misses: 0 },
  effects: [{ type: 'check' }],
})

export function healthTransition(state: Health, input: HealthInput, everyS: number): HealthStep {
  if (input.type === 'timer') return { state, effects: [{ type: 'check' }] }
  const effects = [{ type: 'timer', ms: nextCheckMs(everyS, input.random) }] as const
  return { state: judged(state, input), effects }
}

function judged(before: Health, input: Exclude<HealthInput, { type: 'timer' }>): Health {
  if (input.type === 'unanswered')
    return missed(before, input.why === 'timeout' ? 'no answer' : 'not reachable', input.now)
  const { status, roundTripMs, now } = input
  // RFC 3261 §21.4.9, §21.5.4. Any other answer, a refusal too, comes from a host that is there.
  if (status === 408 || status === 503) return missed(before, statusText(status), now)
  return { ...changed(before, 'up', now), roundTripMs, reason: null, misses: 0 }
}

function missed(before: Health, reason: string, now: number): Health {
  const misses = before.misses + 1
  if (misses < missesUntilDown) return { ...before, misses, reason }
  return { ...changed(before, 'down', now), roundTripMs: null, misses, reason }
}

const changed = (before: Health, state: Health['state'], now: number): Health =>
  before.state === state ? before : { ...before, state, since: now }

export function healthView(health: Health, host: string): HostHealth {
  const { state, since, roundTripMs, reason } = health
  return { host, state, since, roundTripMs, reason }
}
