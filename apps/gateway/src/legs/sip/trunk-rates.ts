import type { Clock, Trunk } from './sip.port.ts'

const secondMs = 1_000
/** Trunks that are remembered although they have nothing to wait for. */
const keptAtMost = 1_000

/**
 * Calls per second of each trunk: a bucket that holds a second's calls and fills evenly, kept as the time at which it will
 * be full again (the generic cell rate algorithm, ITU-T I.371 Annex A).
 */
export class TrunkRates {
  readonly #clock: Pick<Clock, 'now'>
  readonly #fullAt = new Map<string, number>()

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock
  }

  /** Whether one more call would be too much now. */
  isFull({ id, settings }: Trunk): boolean {
    const wait = (this.#fullAt.get(id) ?? 0) - this.#clock.now()
    return wait > secondMs - intervalOf(settings.limits.callsPerSecond)
  }

  take({ id, settings }: Trunk): void {
    const now = this.#clock.now()
    if (this.#fullAt.size >= keptAtMost) this.#forgetIdle(now)
    const interval = intervalOf(settings.limits.callsPerSecond)
    this.#fullAt.set(id, Math.max(this.#fullAt.get(id) ?? 0, now) + interval)
  }

  #forgetIdle(now: number): void {
    for (const [id, fullAt] of this.#fullAt) if (fullAt <= now) this.#fullAt.delete(id)
  }
}

const intervalOf = (callsPerSecond: number): number => secondMs / callsPerSecond
