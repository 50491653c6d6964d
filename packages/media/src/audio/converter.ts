import type { AudioFrame, EncodedFrame, G711Codec, LinearFrame, Stage } from '../frame.ts'
import { decodeG711, encodeG711, transcodeG711 } from '../g711.ts'
import { addTicks, tickDistance } from '../rtp/serial.ts'
import { Resampler } from './resampler.ts'

export type ConverterOptions = {
  /** What comes out. */
  readonly codec: G711Codec | 'L16'
  /** Samples per second of what comes out; 8000 for G.711. */
  readonly clockRate: number
}

export type ConverterStats = {
  readonly passed: number
  readonly converted: number
  /** Frames of codecs this package cannot decode (G.722, Opus): they are left out. */
  readonly refused: number
}

function isG711(frame: AudioFrame): frame is EncodedFrame & { codec: G711Codec } {
  return frame.codec === 'PCMU' || frame.codec === 'PCMA'
}

/**
 * Turns the frames of one stream into another codec or rate by the shortest way: nothing where they agree
 * already, code by code between the laws, through linear audio otherwise. Timestamps go on in the new clock,
 * gaps included.
 */
export class Converter implements Stage<AudioFrame, AudioFrame, ConverterStats> {
  readonly #options: ConverterOptions
  #resampler: { readonly from: number; readonly resampler: Resampler } | undefined
  #lastIn: { readonly timestamp: number; readonly clockRate: number } | undefined
  #timestamp = 0
  #passed = 0
  #converted = 0
  #refused = 0

  constructor(options: ConverterOptions) {
    this.#options = options
  }

  /**
   * One frame for each frame taken, none for a codec that cannot be decoded. Frames that need nothing come
   * out as they are.
   */
  process(frame: AudioFrame): AudioFrame[] {
    const { codec, clockRate } = this.#options
    if (frame.codec === codec && frame.clockRate === clockRate) {
      this.#passed++
      return [frame]
    }
    if (frame.codec !== 'L16' && !isG711(frame)) {
      this.#refused++
      return []
    }
    this.#converted++
    const timestamp = this.#follow(frame)
    if (isG711(frame) && codec !== 'L16' && frame.clockRate === clockRate) {
      return [{ codec, clockRate, timestamp, payload: transcodeG711(frame.codec, codec, frame.payload) }]
    }
    const samples = this.#resample(frame)
    return [
      codec === 'L16'
        ? { codec, clockRate, timestamp, samples }
        : { codec, clockRate, timestamp, payload: encodeG711(codec, samples) },
    ]
  }

  // The new clock starts where the old one stood; then it moves by the same time.
  #follow(frame: AudioFrame): number {
    const last = this.#lastIn
    this.#lastIn = frame
    if (last === undefined || last.clockRate !== frame.clockRate) this.#timestamp = frame.timestamp
    else {
      const ticks =
        tickDistance(last.timestamp, frame.timestamp) * (this.#options.clockRate / frame.clockRate)
      this.#timestamp = addTicks(this.#timestamp, Math.round(ticks))
    }
    return this.#timestamp
  }

  #resample(frame: LinearFrame | (EncodedFrame & { codec: G711Codec })): Int16Array {
    const samples = frame.codec === 'L16' ? frame.samples : decodeG711(frame.codec, frame.payload)
    const { clockRate } = this.#options
    if (frame.clockRate === clockRate) return samples
    if (this.#resampler?.from !== frame.clockRate) {
      this.#resampler = {
        from: frame.clockRate,
        resampler: new Resampler({ from: frame.clockRate, to: clockRate }),
      }
    }
    return this.#resampler.resampler.process(samples).slice()
  }

  stats(): ConverterStats {
    return { passed: this.#passed, converted: this.#converted, refused: this.#refused }
  }
}
