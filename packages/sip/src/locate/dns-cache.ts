import { LOCATE_LIMITS, type Outcome, type Question } from './locate.ts'
import { questionKey } from './resolve.ts'

/** Remembers answers of DNS for as long as they say. Times in ms. */
export interface DnsCache {
  /** What is known of a question, or undefined. */
  readonly get: (question: Question, now: number) => Outcome | undefined
  /** Keeps an outcome for `ttlMs`: the smallest TTL of its records, or of the SOA where there are none (RFC 2308 §5). */
  readonly put: (of: {
    readonly question: Question
    readonly outcome: Outcome
    readonly ttlMs: number
    readonly now: number
  }) => void
  readonly size: () => number
}

/** How much a cache keeps, and for how long at most. Times in ms. */
export interface DnsCacheOptions {
  /** Questions remembered at most; over it the one that was put in first goes. */
  readonly limit: number
  /** No answer is kept for longer (RFC 8767 §4 suggests a day or less). */
  readonly maxTtlMs: number
}

/** A bounded cache. A failure, unlike the answer that there is nothing, is not kept. */
export function createDnsCache({ limit, maxTtlMs }: DnsCacheOptions): DnsCache {
  const entries = new Map<string, { readonly outcome: Outcome; readonly until: number }>()
  return {
    size: () => entries.size,
    get(question, now) {
      const key = questionKey(question)
      const entry = entries.get(key)
      if (entry !== undefined && entry.until > now) return entry.outcome
      entries.delete(key)
      return undefined
    },
    put({ question, outcome, ttlMs, now }) {
      const key = questionKey(question)
      entries.delete(key)
      if (outcome.type === 'failed' || ttlMs <= 0) return
      const oldest = entries.size >= limit ? entries.keys().next().value : undefined
      if (oldest !== undefined) entries.delete(oldest)
      const kept: Outcome =
        outcome.type === 'records'
          ? { type: 'records', records: outcome.records.slice(0, LOCATE_LIMITS.records) }
          : outcome
      entries.set(key, { outcome: kept, until: now + Math.min(ttlMs, maxTtlMs) })
    },
  }
}
