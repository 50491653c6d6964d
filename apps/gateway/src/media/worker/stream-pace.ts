import { FRAME_MS } from '@ringdown/media'

/** ms by which a frame of live speech may be late and still be sent. */
const LATEST_MS = 40
/** ms by which a tick may come early: the first one, which began the count, was late. */
const EARLY_MS = FRAME_MS / 2

/**
 * Which frames of live speech are due by the clock. A carrier plays what it gets one after the other: after a stall of this
 * process, frames that were all sent at once would delay everything behind them for the rest of the call.
 */
export class StreamPace {
  #nextAt: number | undefined

  /** Frames whose time has passed (`missed`) and frames to send, in this order, at `now` (ms, monotonic). */
  due(now: number): { missed: number; frames: number } {
    this.#nextAt ??= now
    // Several ticks come at once after a stall: the first of them has sent what was due.
    if (now < this.#nextAt - EARLY_MS) return { missed: 0, frames: 0 }
    this.#nextAt = Math.min(this.#nextAt, now)
    const late = now - this.#nextAt
    const all = Math.floor(late / FRAME_MS) + 1
    const missed = Math.max(0, Math.ceil((late - LATEST_MS) / FRAME_MS))
    this.#nextAt += all * FRAME_MS
    return { missed, frames: all - missed }
  }
}
