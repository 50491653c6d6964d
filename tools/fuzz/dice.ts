/** What decides a round: the same for the same seed and round, on every machine. */
export type Dice = {
  /** A whole number from 0 to `end` - 1; 0 for an `end` below 1. */
  below(end: number): number
  pick<T>(list: readonly T[]): T
  /** True with a probability of `share` (0..1). */
  chance(share: number): boolean
}

/** Every round has dice of its own, so that one can be thrown again without those before it. */
export function diceOf(seed: number, round: number): Dice {
  let state = mixed(Math.imul(seed, 0x9e3779b1) ^ mixed(round + 1)) || 1
  // G. Marsaglia, "Xorshift RNGs", 2003.
  const next = () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
  const below = (end: number) => Math.floor(next() * Math.max(1, end))
  return {
    below,
    pick<T>(list: readonly T[]): T {
      const picked = list[below(list.length)]
      if (picked === undefined) throw new RangeError('there is nothing to pick from')
      return picked
    },
    chance: share => next() < share,
  }
}

/** Rounds beside each other must not begin alike (the finalizer of MurmurHash3). */
function mixed(value: number): number {
  let hash = value | 0
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return hash ^ (hash >>> 16)
}
