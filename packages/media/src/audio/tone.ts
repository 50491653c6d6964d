import { saturate } from './saturate.ts'

/**
 * A tone: sine waves that sound together, switched on and off. 0 dBm0 is -6.18 dBov: a full-scale sine has
 * +3.17 dBm0 (ITU-T G.711, mu-law) and -3.01 dBov.
 */
export type Tone = {
  /** Hz. */
  readonly frequencies: readonly number[]
  /** Level of each frequency in dBov, at most 0; together they must stay below full scale. */
  readonly dbov: number
  /** Seconds on, off, on, off ...; repeated for ever. Empty: always on. */
  readonly cadence: readonly number[]
}

/**
 * Ringback of North America: 440+480 Hz, 2 s on, 4 s off (ITU-T E.180 Supplement 2), -19 dBm0 for each
 * frequency.
 */
export const ringbackTone: Tone = { frequencies: [440, 480], dbov: -25, cadence: [2, 4] }

/**
 * Busy of North America: 480+620 Hz, 0.5 s on, 0.5 s off (ITU-T E.180 Supplement 2), -24 dBm0 for each
 * frequency.
 */
export const busyTone: Tone = { frequencies: [480, 620], dbov: -30, cadence: [0.5, 0.5] }

/** Two soft notes every two seconds: "please stay, we are connecting you again". Ringdown's own. */
export const pleaseHoldTone: Tone = {
  frequencies: [523.25, 659.25],
  dbov: -30,
  cadence: [0.15, 0.1, 0.15, 1.6],
}

/** A tone of one frequency that never stops. */
export function sineTone(frequency: number, dbov: number): Tone {
  return { frequencies: [frequency], dbov, cadence: [] }
}

// Edges are ramped, because a sine that starts or ends away from zero clicks.
const RAMP_SECONDS = 0.005
// A sine of full height has half the power of the 0 dBov square wave.
const SINE_PEAK = 32767 * Math.SQRT2

/** Plays a tone, continuous in phase from one read to the next. */
export class ToneGenerator {
  readonly #steps: Float64Array
  readonly #phases: Float64Array
  readonly #amplitude: number
  readonly #cadence: readonly number[]
  readonly #ramp: number
  #segment = 0
  #position = 0

  /** @param sampleRate Hz, above twice the highest frequency */
  constructor(tone: Tone, sampleRate: number) {
    this.#steps = Float64Array.from(tone.frequencies, frequency => (2 * Math.PI * frequency) / sampleRate)
    this.#phases = new Float64Array(tone.frequencies.length)
    this.#amplitude = SINE_PEAK * 10 ** (tone.dbov / 20)
    this.#cadence = tone.cadence.map(seconds => Math.round(seconds * sampleRate))
    this.#ramp = Math.round(RAMP_SECONDS * sampleRate)
  }

  /** Writes the next samples, from `from` up to `to` (the end when left out); they saturate at full scale. */
  read(target: Int16Array, from = 0, to = target.length): void {
    for (let i = from; i < to; i++) {
      const envelope = this.#envelope()
      target[i] = saturate(this.#oscillate() * envelope)
    }
  }

  #oscillate(): number {
    let sum = 0
    for (let i = 0; i < this.#steps.length; i++) {
      const phase = this.#phases[i]!
      sum += Math.sin(phase)
      const next = phase + this.#steps[i]!
      this.#phases[i] = next > 2 * Math.PI ? next - 2 * Math.PI : next
    }
    return sum * this.#amplitude
  }

  // 0 in a pause, 1 in a tone, between them at its edges; moves on by one sample.
  #envelope(): number {
    const position = this.#position++
    const length = this.#cadence[this.#segment]
    if (length === undefined) {
      if (position >= this.#ramp) this.#position = this.#ramp
      return Math.min(1, position / this.#ramp)
    }
    const isOn = this.#segment % 2 === 0
    if (this.#position >= length) {
      this.#position = 0
      this.#segment = (this.#segment + 1) % this.#cadence.length
    }
    return isOn ? Math.min(1, position / this.#ramp, (length - 1 - position) / this.#ramp) : 0
  }
}
