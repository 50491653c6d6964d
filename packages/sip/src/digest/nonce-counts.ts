/** Remembers which counts of which nonces were used. */
export interface NonceCounts {
  /**
   * Takes note of a use: `fresh`, or `replayed` when the count was used before or lies too far back, or `forgotten` when the
   * nonce was issued before what is remembered and may have been used. `issuedAt` and `now` in ms, `count` from 1.
   */
  readonly use: (of: NonceUse) => 'fresh' | 'replayed' | 'forgotten'
  /** How many nonces are remembered. */
  readonly size: () => number
}

/** One use of a nonce: which, and its count (RFC 7616 §3.4, `nc`). */
export interface NonceUse {
  readonly nonce: string
  readonly count: number
  readonly issuedAt: number
  readonly now: number
}

interface Used {
  readonly issuedAt: number
  highest: number
  /** Bit i: count `highest - i` was used. */
  window: number
}

/** Counts behind the highest that may still arrive, as datagrams overtake each other. */
const WINDOW = 32

/**
 * A bounded memory of nonce counts (RFC 7616 §3.4: the server refuses a repeated count). A nonce is kept for `lifetime` ms after
 * it was issued. When more than `limit` are alive, the first is dropped, and with it every nonce as old that is not
 * remembered: dropping never lets a replay in. Call `use` only after the response was found right, so that nobody without a
 * password takes up memory.
 */
export function createNonceCounts({ limit, lifetime }: { limit: number; lifetime: number }): NonceCounts {
  const known = new Map<string, Used>()
  let floor = Number.NEGATIVE_INFINITY

  function makeRoom(now: number): void {
    for (const [nonce, { issuedAt }] of known) {
      const expired = issuedAt + lifetime < now
      if (!expired && known.size < limit) return
      known.delete(nonce)
      floor = Math.max(floor, issuedAt)
    }
  }

  return {
    size: () => known.size,
    use({ nonce, count, issuedAt, now }) {
      const used = known.get(nonce)
      if (used !== undefined) return mark(used, count) ? 'fresh' : 'replayed'
      if (issuedAt <= floor) return 'forgotten'
      makeRoom(now)
      if (issuedAt <= floor) return 'forgotten'
      known.set(nonce, { issuedAt, highest: count, window: 1 })
      return 'fresh'
    },
  }
}

function mark(used: Used, count: number): boolean {
  const ahead = count - used.highest
  if (ahead > 0) {
    used.window = ahead >= WINDOW ? 1 : (used.window << ahead) | 1
    used.highest = count
    return true
  }
  if (-ahead >= WINDOW || (used.window & (1 << -ahead)) !== 0) return false
  used.window |= 1 << -ahead
  return true
}
