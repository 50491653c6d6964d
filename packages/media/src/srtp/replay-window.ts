/** Packet indices remembered behind the highest: twice the least that RFC 3711 §3.3.2 asks for. */
const SIZE = 128
const WORD_BITS = 32

/** Which packet indices were seen already (RFC 3711 §3.3.2). */
export class ReplayWindow {
  readonly #words = new Uint32Array(SIZE / WORD_BITS)
  #highest = -1

  /** Highest index seen; -1 before the first. */
  get highest(): number {
    return this.#highest
  }

  /** Whether a packet of this index may be taken: neither seen nor too old to tell. */
  isNew(index: number): boolean {
    if (index > this.#highest) return true
    if (index <= this.#highest - SIZE) return false
    return (this.#words[wordOf(index)]! & bitOf(index)) === 0
  }

  /** To be called only for a packet that was authentic. */
  add(index: number): void {
    if (index > this.#highest) {
      // What falls out of the window makes room for what comes.
      const first = Math.max(this.#highest + 1, index - SIZE + 1)
      for (let i = first; i <= index; i++) this.#words[wordOf(i)]! &= ~bitOf(i)
      this.#highest = index
    }
    this.#words[wordOf(index)]! |= bitOf(index)
  }
}

const wordOf = (index: number): number => Math.floor((index % SIZE) / WORD_BITS)
const bitOf = (index: number): number => 1 << (index % WORD_BITS)
