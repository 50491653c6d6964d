/** Bytes that wait to be read from the front. Appending costs only what is appended, however small the pieces are. */
export class ByteQueue {
  #store = new Uint8Array(0)
  #start = 0
  #end = 0

  get length(): number {
    return this.#end - this.#start
  }

  /** What waits, without copying; valid until the next `append`. */
  view(): Uint8Array {
    return this.#store.subarray(this.#start, this.#end)
  }

  append(bytes: Uint8Array): void {
    if (this.#end + bytes.length > this.#store.length) this.#grow(bytes.length)
    this.#store.set(bytes, this.#end)
    this.#end += bytes.length
  }

  /** Drops bytes from the front. An empty queue holds no memory. */
  drop(count: number): void {
    this.#start += count
    if (this.length > 0) return
    this.#store = new Uint8Array(0)
    this.#start = 0
    this.#end = 0
  }

  #grow(by: number): void {
    const waiting = this.view()
    const larger = new Uint8Array((waiting.length + by) * 2)
    larger.set(waiting)
    this.#store = larger
    this.#start = 0
    this.#end = waiting.length
  }
}
