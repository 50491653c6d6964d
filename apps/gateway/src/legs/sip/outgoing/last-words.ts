import type { LegId } from '../../leg.port.ts'

/** What legs that are over have still to say to their far ends, and who waits for it. */
export class LastWords {
  readonly #open = new Map<LegId, { owed: number; waiting: (() => void)[] }>()

  /** One word more is owed by this leg; the returned function says that it was heard, or never will be. */
  owe(leg: LegId): () => void {
    const of = this.#open.get(leg) ?? { owed: 0, waiting: [] }
    this.#open.set(leg, of)
    of.owed += 1
    let isHeard = false
    return () => {
      if (isHeard) return
      isHeard = true
      of.owed -= 1
      if (of.owed > 0) return
      this.#open.delete(leg)
      for (const done of of.waiting) done()
    }
  }

  /** Resolves when this leg owes nothing. */
  heard(leg: LegId): Promise<void> {
    const of = this.#open.get(leg)
    return of ? new Promise(resolve => of.waiting.push(resolve)) : Promise.resolve()
  }
}
