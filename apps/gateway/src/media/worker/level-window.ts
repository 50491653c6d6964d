const WINDOW_MS = 1000
const SILENCE_DBOV = -127

/** Loudness of the last second. A frame costs one addition of powers; the levels are those of RFC 6464 in dBov. */
export class LevelWindow {
  #startedAt = 0
  #power = 0
  #frames = 0
  #last: { power: number; frames: number; endedAt: number } | undefined

  add(dbov: number, now: number): void {
    if (now - this.#startedAt >= WINDOW_MS) this.#close(now)
    this.#power += dbov <= SILENCE_DBOV ? 0 : 10 ** (dbov / 10)
    this.#frames++
  }

  /** dBov, -127..0; null where nothing came in the last second or two. */
  of(now: number): number | null {
    if (now - this.#startedAt >= WINDOW_MS) this.#close(now)
    const window = this.#last
    const isFresh = window !== undefined && window.frames > 0 && now - window.endedAt < WINDOW_MS
    const { power, frames } = isFresh ? window : { power: this.#power, frames: this.#frames }
    if (frames === 0) return null
    return power === 0 ? SILENCE_DBOV : Math.max(SILENCE_DBOV, Math.round(10 * Math.log10(power / frames)))
  }

  #close(now: number): void {
    const isAdjacent = now - this.#startedAt < 2 * WINDOW_MS
    this.#last = isAdjacent ? { power: this.#power, frames: this.#frames, endedAt: now } : undefined
    this.#startedAt = now
    this.#power = 0
    this.#frames = 0
  }
}
