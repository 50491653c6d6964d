export type LossyLinkOptions = {
  /** Share of datagrams that get lost, 0..1. */
  loss?: number
  /** Share of datagrams that arrive twice, 0..1. */
  duplicates?: number
  /** Share of datagrams that arrive behind their successor, 0..1. */
  reordering?: number
  /** The same seed makes the same mistakes, 1..2^32-1. */
  seed?: number
}

export type LossyLinkStats = { passed: number; lost: number; duplicated: number; reordered: number }

/** A piece of network between two sockets. Without clock: what is late comes with the next datagram. */
export type LossyLink<Datagram> = {
  /** Takes a datagram; returns what arrives now, in order. */
  pass(datagram: Datagram): Datagram[]
  stats(): LossyLinkStats
}

// G. Marsaglia, "Xorshift RNGs", 2003: enough for dice, the same on every machine.
function dice(seed: number): () => number {
  let state = seed >>> 0 || 1
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
}

/** Makes a link that loses, repeats and swaps datagrams, the same way every time. */
export function createLossyLink<Datagram>(options: LossyLinkOptions = {}): LossyLink<Datagram> {
  const { loss = 0, duplicates = 0, reordering = 0, seed = 1 } = options
  const roll = dice(seed)
  const stats: LossyLinkStats = { passed: 0, lost: 0, duplicated: 0, reordered: 0 }
  let late: Datagram[] = []
  return {
    pass(datagram) {
      // One roll for each fate, whatever became of the others: a changed rate does not change the rest.
      const [isLost, isTwice, isLate] = [roll() < loss, roll() < duplicates, roll() < reordering]
      const held = late
      late = []
      if (isLost) {
        stats.lost++
        return held
      }
      stats.passed++
      if (isTwice) stats.duplicated++
      const copies = isTwice ? [datagram, datagram] : [datagram]
      if (!isLate) return [...copies, ...held]
      stats.reordered++
      late = copies
      return held
    },
    stats: () => ({ ...stats }),
  }
}
