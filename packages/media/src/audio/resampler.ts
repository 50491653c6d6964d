import { saturate } from './saturate.ts'

export type ResamplerOptions = {
  /** Hz of the input. */
  readonly from: number
  /** Hz of the output. */
  readonly to: number
}

export type ResamplerStats = { readonly samplesIn: number; readonly samplesOut: number }

// Taps per phase at the lower of the two rates: passes 3.2 kHz and stops 4.1 kHz at 8 kHz, with 3 ms delay.
const TAPS = 48
// Kaiser window; 8 gives about 81 dB (Oppenheim & Schafer, Discrete-Time Signal Processing §7.5).
const KAISER_BETA = 8
// Share of the lower band edge where the filter is half way down, so that its skirt ends near the edge.
const CUTOFF = 0.92

function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b)
}

// Modified Bessel function of the first kind, order 0, by its power series.
function bessel(x: number): number {
  let term = 1
  let sum = 1
  for (let k = 1; term > sum * 1e-12; k++) {
    term *= (x / (2 * k)) ** 2
    sum += term
  }
  return sum
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x)
}

// One row of taps per phase, each normalized so that a constant stays constant. Tap k of row p weighs the
// input sample k places before the newest, for an output that lies p/up input periods after the newest (less
// the filter's delay).
function designPhases(up: number, down: number): { taps: number; phases: Float32Array[] } {
  const stretch = Math.max(1, down / up)
  const taps = Math.ceil((TAPS * stretch) / 2) * 2
  const half = taps / 2
  const bandwidth = CUTOFF / stretch
  const phases = Array.from({ length: up }, (_, phase) => {
    const row = Float32Array.from({ length: taps }, (_, tap) => {
      const x = tap + phase / up - half
      const window = bessel(KAISER_BETA * Math.sqrt(Math.max(0, 1 - (x / half) ** 2))) / bessel(KAISER_BETA)
      return sinc(x * bandwidth) * window
    })
    const sum = row.reduce((total, weight) => total + weight, 0)
    return row.map(weight => weight / sum)
  })
  return { taps, phases }
}

/**
 * Changes the sample rate by a rational factor with a polyphase FIR filter (windowed sinc), continuous in
 * phase over chunks of any length. Built for 8, 16, 24 and 48 kHz; delays by 3 ms between 8 kHz and anything
 * higher, by 1.5 ms above 16 kHz.
 */
export class Resampler {
  readonly #up: number
  readonly #down: number
  readonly #taps: number
  readonly #phases: readonly Float32Array[]
  #input: Float32Array
  #output = new Int16Array(0)
  #phase = 0
  #samplesIn = 0
  #samplesOut = 0

  constructor(options: ResamplerOptions) {
    const divisor = greatestDivisor(options.from, options.to)
    this.#up = options.to / divisor
    this.#down = options.from / divisor
    const { taps, phases } = designPhases(this.#up, this.#down)
    this.#taps = taps
    this.#phases = phases
    this.#input = new Float32Array(taps - 1)
  }

  /**
   * Resamples the next chunk.
   *
   * @returns a view into a buffer that the next call overwrites; over time `to / from` samples per input
   * sample
   */
  process(samples: Int16Array): Int16Array {
    const history = this.#taps - 1
    this.#reserve(samples.length)
    this.#input.set(samples, history)
    let written = 0
    let position = this.#phase
    const end = samples.length * this.#up
    for (; position < end; position += this.#down) {
      const newest = Math.floor(position / this.#up)
      this.#output[written++] = this.#filter(newest + history, position - newest * this.#up)
    }
    this.#phase = position - end
    this.#input.copyWithin(0, samples.length, samples.length + history)
    this.#samplesIn += samples.length
    this.#samplesOut += written
    return this.#output.subarray(0, written)
  }

  #filter(newest: number, phase: number): number {
    const weights = this.#phases[phase]!
    const input = this.#input
    let sum = 0
    for (let tap = 0; tap < weights.length; tap++) sum += weights[tap]! * input[newest - tap]!
    return saturate(sum)
  }

  #reserve(samples: number): void {
    const needed = this.#taps - 1 + samples
    if (this.#input.length < needed) {
      const grown = new Float32Array(needed)
      grown.set(this.#input)
      this.#input = grown
    }
    const most = Math.ceil((samples * this.#up) / this.#down) + 1
    if (this.#output.length < most) this.#output = new Int16Array(most)
  }

  stats(): ResamplerStats {
    return { samplesIn: this.#samplesIn, samplesOut: this.#samplesOut }
  }
}
