interface Entry {
  readonly at: number
  readonly order: number
  readonly run: () => void
}

const isEarlier = (a: Entry, b: Entry): boolean => a.at < b.at || (a.at === b.at && a.order < b.order)

/** A clock of its own that runs what is due in order of time; what is due at once, in order of its start. */
export class Scheduler {
  readonly #heap: Entry[] = []
  readonly #timers = new Map<string, Entry>()
  #order = 0
  now = 0

  /** Runs after `ms`. */
  after(ms: number, run: () => void): Entry {
    const entry = { at: this.now + ms, order: this.#order++, run }
    this.#push(entry)
    return entry
  }

  /** Named one-shot timers, as the layer and the agent want them. */
  timers(owner: string, fire: (timer: string) => void) {
    return {
      start: (timer: string, ms: number): void => {
        const name = `${owner} ${timer}`
        const entry = this.after(ms, () => {
          // A timer that was stopped or started anew is still in the heap.
          if (this.#timers.get(name) !== entry) return
          this.#timers.delete(name)
          fire(timer)
        })
        this.#timers.set(name, entry)
      },
      stop: (timer: string): void => void this.#timers.delete(`${owner} ${timer}`),
    }
  }

  get runningTimers(): number {
    return this.#timers.size
  }

  runUntil(time: number): void {
    for (let next = this.#heap[0]; next !== undefined && next.at <= time; next = this.#heap[0]) {
      this.#pop()
      this.now = next.at
      next.run()
    }
    this.now = time
  }

  #push(entry: Entry): void {
    const heap = this.#heap
    let at = heap.push(entry) - 1
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (isEarlier(heap[parent]!, entry)) break
      heap[at] = heap[parent]!
      at = parent
    }
    heap[at] = entry
  }

  #pop(): void {
    const heap = this.#heap
    const last = heap.pop()!
    if (heap.length === 0) return
    let at = 0
    for (let child = 1; child < heap.length; child = 2 * at + 1) {
      if (child + 1 < heap.length && isEarlier(heap[child + 1]!, heap[child]!)) child++
      if (isEarlier(last, heap[child]!)) break
      heap[at] = heap[child]!
      at = child
    }
    heap[at] = last
  }
}
