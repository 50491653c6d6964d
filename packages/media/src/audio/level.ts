import type { G711Codec } from '../frame.ts'
import { g711Values } from '../g711.ts'

/** Quietest level told apart, in dBov (RFC 6464 §3: 0 to -127). Digital silence has this level. */
export const SILENCE_DBOV = -127

// 0 dBov is a square wave of full scale (RFC 6464 §3).
const OVERLOAD = 32768

function squares(codec: G711Codec): Float64Array {
  return Float64Array.from(g711Values(codec), value => value * value)
}

const squaresByCodec: Readonly<Record<G711Codec, Float64Array>> = {
  PCMU: squares('PCMU'),
  PCMA: squares('PCMA'),
}

function toDbov(sumOfSquares: number, count: number): number {
  if (sumOfSquares === 0 || count === 0) return SILENCE_DBOV
  return Math.max(SILENCE_DBOV, 10 * Math.log10(sumOfSquares / count / (OVERLOAD * OVERLOAD)))
}

/** Level of G.711 bytes in dBov, -127..0, without decoding them (RFC 6464 §3). */
export function g711Level(codec: G711Codec, payload: Uint8Array): number {
  const table = squaresByCodec[codec]
  let sum = 0
  for (let i = 0; i < payload.length; i++) sum += table[payload[i]!]!
  return toDbov(sum, payload.length)
}

/** Level of linear samples in dBov, -127..0. */
export function linearLevel(samples: Int16Array): number {
  let sum = 0
  for (let i = 0; i < samples.length; i++) sum += samples[i]! * samples[i]!
  return toDbov(sum, samples.length)
}

export type LevelStats = {
  readonly frames: number
  /** Level of the last frame in dBov. */
  readonly last: number
  /** Loudest frame since the last `stats` call, in dBov. */
  readonly peak: number
  /** How long it has been silent up to now, in ms of audio. */
  readonly silentMs: number
}

export type LevelMeterOptions = {
  /** Frames below this level count as silent, in dBov. */
  readonly silenceDbov: number
}

// Speech on telephone lines lies around -30 dBov, line noise below -60; the silence byte of A-law has -72.
const DEFAULT_OPTIONS: LevelMeterOptions = { silenceDbov: -50 }

/**
 * Watches the loudness of a stream of frames and how long it has been silent. Passive: it changes nothing.
 */
export class LevelMeter {
  readonly #options: LevelMeterOptions
  #frames = 0
  #last = SILENCE_DBOV
  #peak = SILENCE_DBOV
  #silentMs = 0

  constructor(options: LevelMeterOptions = DEFAULT_OPTIONS) {
    this.#options = options
  }

  /**
   * @param level of one frame in dBov, from {@link g711Level} or {@link linearLevel}
   * @param durationMs length of the frame
   * @returns ms of silence up to now; 0 if the frame was not silent
   */
  observe(level: number, durationMs: number): number {
    this.#frames++
    this.#last = level
    if (level > this.#peak) this.#peak = level
    this.#silentMs = level < this.#options.silenceDbov ? this.#silentMs + durationMs : 0
    return this.#silentMs
  }

  /** Time without any packet is silence too (silence suppression, a lost stream). */
  observeGap(durationMs: number): number {
    this.#silentMs += durationMs
    return this.#silentMs
  }

  /** Reads the numbers and starts a new peak. */
  stats(): LevelStats {
    const stats = { frames: this.#frames, last: this.#last, peak: this.#peak, silentMs: this.#silentMs }
    this.#peak = SILENCE_DBOV
    return stats
  }
}
