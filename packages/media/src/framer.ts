import { fail, type Outcome, succeed } from './media.errors.ts'

export type FramerOptions = {
  /** 160 for 20 ms of G.711. */
  readonly frameBytes: number
  /** Longest chunk taken: 8000 for 1 s of G.711. */
  readonly maximumChunkBytes: number
}

export type FramerStats = {
  readonly chunks: number
  readonly frames: number
  readonly refused: number
  /** Bytes that wait for the rest of their frame. */
  readonly pendingBytes: number
}

/** Cuts chunks of any length (carrier streams vary) into frames of exactly one length. */
export class Framer {
  readonly #options: FramerOptions
  readonly #pending: Uint8Array
  #pendingBytes = 0
  #chunks = 0
  #frames = 0
  #refused = 0

  constructor(options: FramerOptions) {
    this.#options = options
    this.#pending = new Uint8Array(options.frameBytes)
  }

  /**
   * @returns the frames completed by this chunk; those that lie within it are views into it.
   * `media.chunk-too-long`
   *   for a chunk above the maximum, of which nothing is kept.
   */
  process(chunk: Uint8Array): Outcome<Uint8Array[]> {
    if (chunk.length > this.#options.maximumChunkBytes) {
      this.#refused++
      return fail('media.chunk-too-long', `a chunk of ${chunk.length} bytes exceeds the maximum`)
    }
    this.#chunks++
    const frames: Uint8Array[] = []
    let at = this.#pendingBytes === 0 ? 0 : this.#fill(chunk, frames)
    const { frameBytes } = this.#options
    for (; at + frameBytes <= chunk.length; at += frameBytes) frames.push(chunk.subarray(at, at + frameBytes))
    if (at < chunk.length) {
      this.#pending.set(chunk.subarray(at))
      this.#pendingBytes = chunk.length - at
    }
    this.#frames += frames.length
    return succeed(frames)
  }

  /**
   * Completes the waiting bytes with `filler` (a silence byte); undefined if none wait. For the end of a
   * stream.
   */
  flush(filler: number): Uint8Array | undefined {
    if (this.#pendingBytes === 0) return undefined
    const frame = this.#pending.slice().fill(filler, this.#pendingBytes)
    this.#pendingBytes = 0
    this.#frames++
    return frame
  }

  #fill(chunk: Uint8Array, frames: Uint8Array[]): number {
    const missing = this.#options.frameBytes - this.#pendingBytes
    const taken = Math.min(missing, chunk.length)
    this.#pending.set(chunk.subarray(0, taken), this.#pendingBytes)
    this.#pendingBytes += taken
    if (taken === missing) {
      frames.push(this.#pending.slice())
      this.#pendingBytes = 0
    }
    return taken
  }

  stats(): FramerStats {
    return {
      chunks: this.#chunks,
      frames: this.#frames,
      refused: this.#refused,
      pendingBytes: this.#pendingBytes,
    }
  }
}
