import { saturate } from '../audio/saturate.ts'
import { Band } from './band.ts'
import { HIGHER_DECISION, HIGHER_STEPS, ILN, ILP, LOWER_STEPS, Q6, QM2, QM4, QM6, QMF } from './tables.ts'

/** Hz of the audio; the RTP clock is 8000 nevertheless (RFC 3551 §4.5.2). */
export const G722_SAMPLE_RATE = 16_000

const TAPS = 2 * QMF.length

const lowerBand = (): Band => new Band({ scale: 32, highestLog: 18_432, exponent: 8, steps: LOWER_STEPS })
const higherBand = (): Band => new Band({ scale: 8, highestLog: 22_528, exponent: 10, steps: HIGHER_STEPS })

const scaled = (level: number, scale: number): number => (level * scale) >> 15

/** Both quadrature mirror filters are one delay line and two sums over it. */
class MirrorFilter {
  readonly #line = new Int32Array(TAPS)
  even = 0
  odd = 0

  push(first: number, second: number): void {
    const line = this.#line
    line.copyWithin(0, 2)
    line[TAPS - 2] = first
    line[TAPS - 1] = second
    let even = 0
    let odd = 0
    for (let i = 0; i < QMF.length; i++) {
      odd += line[2 * i]! * QMF[i]!
      even += line[2 * i + 1]! * QMF[QMF.length - 1 - i]!
    }
    this.even = even
    this.odd = odd
  }
}

/** One stream of audio to G.722 at 64 kbit/s (ITU-T G.722 mode 1): two samples of 16 kHz to a byte. */
export class G722Encoder {
  readonly #filter = new MirrorFilter()
  readonly #lower = lowerBand()
  readonly #higher = higherBand()

  /**
   * @param samples an even number of them
   * @param target receives the bytes; a new array when left out
   * @returns `target`, of which the first `samples.length / 2` bytes are written
   * @throws RangeError if `target` is too short or the number of samples is odd
   */
  encode(samples: Int16Array, target: Uint8Array = new Uint8Array(samples.length / 2)): Uint8Array {
    if (samples.length % 2 !== 0) throw new RangeError('G.722 takes samples in pairs')
    if (target.length < samples.length / 2)
      throw new RangeError('the target is shorter than the samples need')
    for (let i = 0; i < samples.length; i += 2) {
      this.#filter.push(samples[i]!, samples[i + 1]!)
      const { even, odd } = this.#filter
      target[i / 2] = (this.#encodeHigher((even - odd) >> 14) << 6) | this.#encodeLower((even + odd) >> 14)
    }
    return target
  }

  // Blocks 1L and 2L.
  #encodeLower(sample: number): number {
    const band = this.#lower
    const difference = saturate(sample - band.prediction)
    const magnitude = difference < 0 ? ~difference : difference
    let interval = 1
    while (interval < Q6.length && magnitude >= (Q6[interval]! * band.scale) >> 12) interval++
    const code = (difference < 0 ? ILN : ILP)[interval]!
    band.adapt(scaled(QM4[code >> 2]!, band.scale), code >> 2)
    return code
  }

  // Blocks 1H and 2H.
  #encodeHigher(sample: number): number {
    const band = this.#higher
    const difference = saturate(sample - band.prediction)
    const magnitude = difference < 0 ? ~difference : difference
    const isLarge = magnitude >= (HIGHER_DECISION * band.scale) >> 12
    const code = (difference < 0 ? 0 : 2) + (isLarge ? 0 : 1)
    band.adapt(scaled(QM2[code]!, band.scale), code)
    return code
  }
}

/** One stream of G.722 at 64 kbit/s (ITU-T G.722 mode 1) to audio: a byte to two samples of 16 kHz. */
export class G722Decoder {
  readonly #filter = new MirrorFilter()
  readonly #lower = lowerBand()
  readonly #higher = higherBand()

  /**
   * @param target receives the samples; a new array when left out
   * @returns `target`, of which the first `2 * payload.length` samples are written
   * @throws RangeError if `target` is too short
   */
  decode(payload: Uint8Array, target: Int16Array = new Int16Array(2 * payload.length)): Int16Array {
    if (target.length < 2 * payload.length)
      throw new RangeError('the target is shorter than the payload needs')
    for (let i = 0; i < payload.length; i++) {
      const lower = this.#decodeLower(payload[i]! & 0x3f)
      const higher = this.#decodeHigher(payload[i]! >> 6)
      this.#filter.push(lower + higher, lower - higher)
      target[2 * i] = saturate(this.#filter.even >> 11)
      target[2 * i + 1] = saturate(this.#filter.odd >> 11)
    }
    return target
  }

  // Blocks 5L and 6L take all six bits; the predictor goes on with four, as the encoder's does.
  #decodeLower(code: number): number {
    const band = this.#lower
    const sample = limited(band.prediction + scaled(QM6[code]!, band.scale))
    band.adapt(scaled(QM4[code >> 2]!, band.scale), code >> 2)
    return sample
  }

  #decodeHigher(code: number): number {
    const band = this.#higher
    const difference = scaled(QM2[code]!, band.scale)
    const sample = limited(band.prediction + difference)
    band.adapt(difference, code)
    return sample
  }
}

/** LIMIT: 15 bits, so that the sum of the bands has 16. */
const limited = (sample: number): number => Math.min(16_383, Math.max(-16_384, sample))
