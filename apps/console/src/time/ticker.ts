import type { Observable } from '../view-model/index.ts'
import type { Time } from './time.ts'
import { every } from './time.ts'

/** The current time as an observable that changes once a second, running only while somebody watches. */
export class Ticker implements Observable<number> {
  readonly #time: Time
  readonly #listeners = new Set<() => void>()
  #value: number
  #stop: (() => void) | null = null

  constructor(time: Time) {
    this.#time = time
    this.#value = time.now()
  }

  get value(): number {
    return this.#value
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener)
    if (!this.#stop) {
      this.#value = this.#time.now()
      this.#stop = every({ time: this.#time, ms: 1000, action: () => this.#tick() })
    }
    return () => {
      this.#listeners.delete(listener)
      if (this.#listeners.size > 0) return
      this.#stop?.()
      this.#stop = null
    }
  }

  #tick(): void {
    this.#value = this.#time.now()
    for (const listener of [...this.#listeners]) listener()
  }
}
