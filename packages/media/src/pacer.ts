import { FRAME_MS } from './frame.ts'

export type PacerOptions = {
  /** Most frames sent in one go after a late timer; what is older is given up. */
  readonly catchUpFrames: number
}

export type PacerStats = {
  readonly frames: number
  /** Frames given up because a timer came too late to catch up. */
  readonly skipped: number
}

/** Tells how many 20 ms frames are due, from the clock alone, so that late timers do not add up to drift. */
export class Pacer {
  readonly #catchUpFrames: number
  #nextAt: number | undefined
  #frames = 0
  #skipped = 0

  constructor(options: PacerOptions) {
    this.#catchUpFrames = options.catchUpFrames
  }

  /**
   * @param now ms, monotonic
   * @returns frames to send now, 0..catchUpFrames; the first call returns 1
   */
  due(now: number): number {
    this.#nextAt ??= now
    if (now < this.#nextAt) return 0
    const elapsed = Math.floor((now - this.#nextAt) / FRAME_MS) + 1
    const frames = Math.min(elapsed, this.#catchUpFrames)
    this.#nextAt += elapsed * FRAME_MS
    this.#frames += frames
    this.#skipped += elapsed - frames
    return frames
  }

  /** When the next frame is due, in ms of the same clock; undefined before the first call of `due`. */
  get nextAt(): number | undefined {
    return this.#nextAt
  }

  /** The next call of `due` starts anew: for a stream that was paused. */
  restart(): void {
    this.#nextAt = undefined
  }

  stats(): PacerStats {
    return { frames: this.#frames, skipped: this.#skipped }
  }
}
