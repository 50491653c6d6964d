import { FRAME_MS, Pacer } from '@ringdown/media'

/** `tick` counts 20 ms steps since the worker started; `now` is in ms of the monotonic clock. */
export type OnTick = (tick: number, now: number) => void

/** After a stall (a busy machine) at most this much is caught up; the rest is skipped. */
const CATCH_UP_FRAMES = 10

/** The one 20 ms clock of a worker: everything that is paced runs on it, so that 100 players cost one timer. */
export class Clock {
  readonly #now: () => number
  readonly #pacer = new Pacer({ catchUpFrames: CATCH_UP_FRAMES })
  readonly #listeners = new Set<OnTick>()
  #timer: NodeJS.Timeout | undefined
  #tick = 0

  constructor(now: () => number = () => performance.now()) {
    this.#now = now
  }

  get now(): number {
    return this.#now()
  }

  /** Begins to call `listener` every 20 ms; adding it again changes nothing. */
  add(listener: OnTick): void {
    this.#listeners.add(listener)
    if (this.#timer === undefined) this.#wait()
  }

  remove(listener: OnTick): void {
    this.#listeners.delete(listener)
  }

  stop(): void {
    this.#listeners.clear()
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  #wait(): void {
    const nextAt = this.#pacer.nextAt ?? this.#now()
    // Node rounds a delay down to whole ms and then fires up to one early: rounding up keeps it from spinning.
    const delay = Math.ceil(Math.min(FRAME_MS, Math.max(0, nextAt - this.#now())))
    this.#timer = setTimeout(() => this.#run(), delay)
  }

  #run(): void {
    this.#timer = undefined
    const now = this.#now()
    for (let due = this.#pacer.due(now); due > 0; due--) {
      this.#tick++
      for (const listener of this.#listeners) listener(this.#tick, now)
    }
    if (this.#listeners.size > 0) this.#wait()
    else this.#pacer.restart()
  }
}
