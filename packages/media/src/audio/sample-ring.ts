/** Samples by their timestamp: a ring that knows which of its places are filled. */
export class SampleRing {
  readonly #samples: Int16Array
  readonly #filled: Uint8Array
  readonly #mask: number

  /**
   * @param capacity samples; the next power of two is taken, so that places survive the timestamp's
   * wraparound
   */
  constructor(capacity: number) {
    const size = 2 ** Math.ceil(Math.log2(capacity))
    this.#samples = new Int16Array(size)
    this.#filled = new Uint8Array(size)
    this.#mask = size - 1
  }

  /** Stores the samples from index `first` on; places already filled stay. Returns whether any was new. */
  write(samples: Int16Array, timestamp: number, first: number): boolean {
    let isNew = false
    for (let i = first; i < samples.length; i++) {
      const place = (timestamp + i) & this.#mask
      if (this.#filled[place] === 1) continue
      this.#filled[place] = 1
      this.#samples[place] = samples[i]!
      isNew = true
    }
    return isNew
  }

  has(timestamp: number): boolean {
    return this.#filled[timestamp & this.#mask] === 1
  }

  /** The sample at this timestamp; undefined content unless `has` says so. */
  at(timestamp: number): number {
    return this.#samples[timestamp & this.#mask]!
  }

  /** Empties `count` places from this timestamp on. */
  clear(timestamp: number, count: number): void {
    for (let i = 0; i < count; i++) this.#filled[(timestamp + i) & this.#mask] = 0
  }

  clearAll(): void {
    this.#filled.fill(0)
  }
}
