import { type FullAt, takeOne } from './bucket.rules.ts'
import { banMs, bansForgottenMs, bearable, rates } from './defence.rules.ts'
import type { Offence } from './offences.port.ts'

type Tally = { readonly since: number; readonly count: number }

/** Times in ms since the epoch. `bans`: how many there were; forgotten at `forgottenAt`. */
export type Watched = {
  readonly name: 'watched'
  readonly messages: FullAt
  readonly requests: FullAt
  readonly tallies: Readonly<Partial<Record<Offence, Tally>>>
  readonly bans: number
  readonly forgottenAt: number
}

type Banned = { readonly name: 'banned'; readonly until: number; readonly bans: number }

/** One source that nobody has vouched for. */
export type Source = Watched | Banned

/** A message counts before it is read, a request when it would begin something. */
export type SourceInput =
  | { readonly type: 'message' | 'request'; readonly now: number }
  | { readonly type: 'offence'; readonly what: Offence; readonly now: number }

export type SourceStep = {
  readonly source: Source
  /** What becomes of a message or a request. */
  readonly verdict: 'pass' | 'limited' | 'banned'
  /** This offence was one too many. */
  readonly ban?: { readonly what: Offence; readonly ms: number }
}

export const newSource: Watched = {
  name: 'watched',
  messages: 0,
  requests: 0,
  tallies: {},
  bans: 0,
  forgottenAt: 0,
}

export function defend(source: Source, input: SourceInput): SourceStep {
  if (source.name === 'watched') return watched(source, input)
  if (input.now < source.until) return { source, verdict: 'banned' }
  return watched(released(source), input)
}

const released = ({ bans, until }: Banned): Watched => ({
  ...newSource,
  bans,
  forgottenAt: until + bansForgottenMs,
})

function watched(source: Watched, input: SourceInput): SourceStep {
  switch (input.type) {
    case 'message': {
      const messages = takeOne(source.messages, input.now, rates.stranger.messages)
      return messages === undefined ? limited(source) : passed({ ...source, messages })
    }
    case 'request': {
      const requests = takeOne(source.requests, input.now, rates.stranger.requests)
      return requests === undefined ? limited(source) : passed({ ...source, requests })
    }
    case 'offence':
      return offended(source, input)
  }
}

function offended(source: Watched, input: Extract<SourceInput, { type: 'offence' }>): SourceStep {
  const { what, now } = input
  const tally = tallied(source.tallies[what], now, bearable[what].withinMs)
  if (tally.count < bearable[what].count)
    return passed({ ...source, tallies: { ...source.tallies, [what]: tally } })
  const before = now < source.forgottenAt ? source.bans : 0
  const ms = banMs(before)
  return {
    source: { name: 'banned', until: now + ms, bans: before + 1 },
    verdict: 'banned',
    ban: { what, ms },
  }
}

const tallied = (tally: Tally | undefined, now: number, withinMs: number): Tally =>
  tally && now < tally.since + withinMs ? { ...tally, count: tally.count + 1 } : { since: now, count: 1 }

const passed = (source: Source): SourceStep => ({ source, verdict: 'pass' })
const limited = (source: Source): SourceStep => ({ source, verdict: 'limited' })
