const samplesPerMs = 8
/** Silence in mu-law. */
const silence = 0xff

type Chunk = { start: number; bytes: Uint8Array }

/**
 * What the caller's telephone plays of what it is sent: one thing after the other, each as soon as it is there and what
 * came before is over, at 8,000 bytes of mu-law a second.
 */
export class Playout {
  readonly #chunks: Chunk[] = []
  #end = 0

  /**
   * Returns when the last byte will have been played, in ms since the call began, as `at` is.
   *
   * @param at since when the bytes may have been there: earlier than now, where this process stood still
   */
  play(bytes: Uint8Array, at: number): number {
    const start = Math.max(this.#end, Math.round(at * samplesPerMs))
    this.#chunks.push({ start, bytes })
    this.#end = start + bytes.length
    return this.#end / samplesPerMs
  }

  /** When everything that was sent so far is over, ms since the call began. */
  endsAt(): number {
    return this.#end / samplesPerMs
  }

  /** Throws away what was not played yet. */
  clear(at: number): void {
    const now = Math.round(at * samplesPerMs)
    for (const chunk of this.#chunks) {
      const played = Math.max(0, now - chunk.start)
      if (played < chunk.bytes.length) chunk.bytes = chunk.bytes.subarray(0, played)
    }
    this.#end = Math.min(this.#end, now)
  }

  /** Everything that was played from the call's beginning to `at`, silence where there was nothing. Mu-law. */
  heardUntil(at: number): Uint8Array {
    const heard = new Uint8Array(Math.max(0, Math.round(at * samplesPerMs))).fill(silence)
    for (const { start, bytes } of this.#chunks) {
      if (start < heard.length) heard.set(bytes.subarray(0, heard.length - start), start)
    }
    return heard
  }
}
