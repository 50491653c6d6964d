/** Writes what is there now, one write after the other: what changed meanwhile goes with the next. */
export class Keeping {
  readonly #write: () => Promise<void>
  #running: Promise<void> | undefined
  #next: Promise<void> | undefined

  /** `write` reads what is there when it is called, and never rejects. */
  constructor(write: () => Promise<void>) {
    this.#write = write
  }

  /** Resolves when everything that is there now is durable, or cannot be made so. */
  keep(): Promise<void> {
    if (!this.#running) return this.#start()
    this.#next ??= this.#running.then(() => this.#start())
    return this.#next
  }

  /** Resolves when nothing is being written. */
  settled(): Promise<void> {
    return this.#next ?? this.#running ?? Promise.resolve()
  }

  #start(): Promise<void> {
    this.#next = undefined
    const running = this.#write().finally(() => {
      if (this.#running === running) this.#running = undefined
    })
    this.#running = running
    return running
  }
}
