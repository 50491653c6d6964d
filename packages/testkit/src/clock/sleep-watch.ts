/** ms between two looks from which on nobody looked in between. */
const SLEEP_MS = 40

/**
 * Knows when this process stood still (a busy machine, a long computation): what it reads right afterwards may have arrived at
 * any time since.
 */
export class SleepWatch {
  #lookedAt: number | undefined
  #sleep = { from: 0, until: Number.NEGATIVE_INFINITY }

  /** Called every 20 ms or so, by a timer. ms, as everywhere here. */
  look(now: number): void {
    const lookedAt = this.#lookedAt ?? now
    if (now - lookedAt > SLEEP_MS) this.#sleep = { from: lookedAt, until: now }
    this.#lookedAt = now
  }

  /** The earliest time at which what is read now may have arrived. */
  earliest(now: number): number {
    if (now - (this.#lookedAt ?? now) > SLEEP_MS) return this.#lookedAt!
    return now - this.#sleep.until <= SLEEP_MS ? this.#sleep.from : now
  }
}
