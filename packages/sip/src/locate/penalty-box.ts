import type { Candidate } from './locate.ts'
import { placeKey } from './machine.ts'

type Place = Omit<Candidate, 'serverName'>

/** Remembers which places failed lately. Times in ms. */
export interface PenaltyBox {
  /** A place failed; it is avoided from `now`, longer with each failure in a row, or for `forMs` (Retry-After of a 503). */
  readonly failed: (of: { readonly place: Place; readonly now: number; readonly forMs?: number }) => void
  /** A place answered: it is trusted again. */
  readonly answered: (place: Place) => void
  /** The candidates, those that failed lately last, each part in its order. None is left out: the last hope may be back. */
  readonly order: (candidates: readonly Candidate[], now: number) => readonly Candidate[]
  readonly isAvoided: (place: Place, now: number) => boolean
  readonly size: () => number
}

/** For how long a place that failed is avoided. Times in ms. */
export interface PenaltyOptions {
  /** Places remembered at most; over it the longest-known one is forgotten. */
  readonly limit: number
  /** The first penalty; each further one in a row doubles it. */
  readonly baseMs: number
  readonly maxMs: number
}

interface Penalty {
  readonly until: number
  readonly lasted: number
}

/** Keeps a host that failed out of the way for a while (RFC 3263 §4.3 and RFC 3261 §21.5.4 leave the time to the client). */
export function createPenaltyBox({ limit, baseMs, maxMs }: PenaltyOptions): PenaltyBox {
  const penalties = new Map<string, Penalty>()
  const isAvoided = (place: Place, now: number) => (penalties.get(placeKey(place))?.until ?? now) > now
  return {
    isAvoided,
    size: () => penalties.size,
    answered: place => void penalties.delete(placeKey(place)),
    order: (candidates, now) => [
      ...candidates.filter(candidate => !isAvoided(candidate, now)),
      ...candidates.filter(candidate => isAvoided(candidate, now)),
    ],
    failed({ place, now, forMs }) {
      const key = placeKey(place)
      const before = penalties.get(key)
      // A place that was free again for as long as it had been avoided starts anew.
      const inRow = before !== undefined && now < before.until + before.lasted
      const lasted = Math.min(forMs ?? (inRow ? before.lasted * 2 : baseMs), maxMs)
      penalties.delete(key)
      const oldest = penalties.size >= limit ? penalties.keys().next().value : undefined
      if (oldest !== undefined) penalties.delete(oldest)
      penalties.set(key, { until: now + lasted, lasted })
    },
  }
}
