import { saturate } from '../audio/saturate.ts'
import { ILB } from './tables.ts'

const ZEROS = 6

export type BandOptions = {
  /** What the scale factor is at reset. */
  readonly scale: number
  /** Upper limit of its logarithm. */
  readonly highestLog: number
  /** Offset of the log-to-linear conversion. */
  readonly exponent: number
  /** Multipliers of the logarithm, by code word. */
  readonly steps: Int16Array
}

/**
 * The adaptive part of one sub-band, the same in encoder and decoder (ITU-T G.722 clause 6.2.1.3 to 6.2.1.5, blocks 3 and
 * 4): scale factor, two poles, six zeros.
 */
export class Band {
  /** Scale factor of the quantizer (DETL, DETH). */
  scale: number
  /** What the predictor expects next (SL, SH). */
  prediction = 0
  readonly #options: BandOptions
  #logScale = 0
  #zeroPart = 0
  #r1 = 0
  #r2 = 0
  #p1 = 0
  #p2 = 0
  #a1 = 0
  #a2 = 0
  readonly #b = new Int32Array(ZEROS)
  readonly #d = new Int32Array(ZEROS)

  constructor(options: BandOptions) {
    this.#options = options
    this.scale = options.scale
  }

  /** Takes a quantized difference and the code word that it came from. */
  adapt(difference: number, code: number): void {
    this.#adaptScale(code)
    const partial = saturate(this.#zeroPart + difference)
    this.#adaptPoles(partial)
    this.#adaptZeros(difference)
    this.#predict(saturate(this.prediction + difference))
    this.#p2 = this.#p1
    this.#p1 = partial
  }

  // LOGSCL and SCALEL, LOGSCH and SCALEH.
  #adaptScale(code: number): void {
    const { steps, highestLog, exponent } = this.#options
    const log = ((this.#logScale * 127) >> 7) + steps[code]!
    this.#logScale = Math.min(highestLog, Math.max(0, log))
    const shift = exponent - (this.#logScale >> 11)
    const value = ILB[(this.#logScale >> 6) & 31]!
    this.scale = (shift < 0 ? value << -shift : value >> shift) << 2
  }

  // UPPOL2, then UPPOL1 with the new second coefficient.
  #adaptPoles(partial: number): void {
    const isSameAs1 = partial < 0 === this.#p1 < 0
    const isSameAs2 = partial < 0 === this.#p2 < 0
    const first = saturate(this.#a1 << 2)
    const second =
      (isSameAs2 ? 128 : -128) +
      (Math.min(32767, isSameAs1 ? -first : first) >> 7) +
      ((this.#a2 * 32512) >> 15)
    this.#a2 = Math.min(12288, Math.max(-12288, second))
    const limit = saturate(15360 - this.#a2)
    const next = saturate((isSameAs1 ? 192 : -192) + ((this.#a1 * 32640) >> 15))
    this.#a1 = Math.min(limit, Math.max(-limit, next))
  }

  // UPZERO and the delay line of differences.
  #adaptZeros(difference: number): void {
    const b = this.#b
    const d = this.#d
    const step = difference === 0 ? 0 : 128
    for (let i = 0; i < ZEROS; i++) {
      const isSame = d[i]! < 0 === difference < 0
      b[i] = saturate((isSame ? step : -step) + ((b[i]! * 32640) >> 15))
    }
    d.copyWithin(1, 0, ZEROS - 1)
    d[0] = difference
  }

  // FILTEP, FILTEZ, PREDIC.
  #predict(reconstructed: number): void {
    this.#r2 = this.#r1
    this.#r1 = reconstructed
    const poles = saturate(
      ((this.#a1 * saturate(2 * this.#r1)) >> 15) + ((this.#a2 * saturate(2 * this.#r2)) >> 15),
    )
    let zeros = 0
    for (let i = ZEROS - 1; i >= 0; i--) zeros += (this.#b[i]! * saturate(2 * this.#d[i]!)) >> 15
    this.#zeroPart = saturate(zeros)
    this.prediction = saturate(poles + this.#zeroPart)
  }
}
