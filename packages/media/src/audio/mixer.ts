import { ticksPerFrame } from '../frame.ts'
import { saturate } from './saturate.ts'

export type MixerOptions = {
  /** Samples per second of all inputs and outputs, a multiple of 50. */
  readonly sampleRate: number
}

export type MixerStats = {
  readonly inputs: number
  /** Frames mixed. */
  readonly frames: number
  /** Output samples that had to be cut to 16 bits. */
  readonly saturated: number
  /** Frames an attached input did not deliver in time. */
  readonly missed: number
}

type Input = {
  readonly output: Int16Array
  /** What is heard of this input in the current frame, after its gain. */
  readonly heard: Float32Array
  written: boolean
  /** The last frame was not delivered, so the next one begins from silence. */
  gapped: boolean
  gain: number
  targetGain: number
  lastSample: number
  leaving: boolean
}

// A jump to or from zero clicks; a gap in an input fades within this many seconds instead.
const FADE_SECONDS = 0.005

/**
 * Mixes 20 ms frames so that everyone hears the others and not themselves. Inputs come and go with a ramp
 * over one frame. Per frame: `write` for each input, `mix` once, `read` for each.
 */
export class Mixer {
  readonly frameSamples: number
  readonly #inputs = new Map<string, Input>()
  readonly #sum: Float32Array
  readonly #fade: number
  #frames = 0
  #saturated = 0
  #missed = 0

  constructor(options: MixerOptions) {
    this.frameSamples = ticksPerFrame(options.sampleRate)
    this.#sum = new Float32Array(this.frameSamples)
    this.#fade = Math.round(options.sampleRate * FADE_SECONDS)
  }

  /**
   * Adds an input, faded in over its first frame. An id that is leaving comes back; a present one stays as it
   * is.
   */
  attach(id: string): void {
    const input = this.#inputs.get(id)
    if (input !== undefined) {
      if (input.leaving) input.targetGain = 1
      input.leaving = false
      return
    }
    this.#inputs.set(id, {
      output: new Int16Array(this.frameSamples),
      heard: new Float32Array(this.frameSamples),
      written: false,
      gapped: false,
      gain: 0,
      targetGain: 1,
      lastSample: 0,
      leaving: false,
    })
  }

  /** Fades the input out over the next frame, which may still be written, then forgets it. */
  detach(id: string): void {
    const input = this.#inputs.get(id)
    if (input === undefined) return
    input.leaving = true
    input.targetGain = 0
  }

  /** Sets how loud an input is heard by the others (0 mutes), reached by a ramp over one frame. */
  setGain(id: string, gain: number): void {
    const input = this.#inputs.get(id)
    if (input !== undefined && !input.leaving) input.targetGain = gain
  }

  /**
   * Takes the next frame of an input; unknown ids are ignored. A frame not written counts as silence.
   *
   * @throws RangeError unless there are exactly `frameSamples` samples
   */
  write(id: string, samples: Int16Array): void {
    if (samples.length !== this.frameSamples) throw new RangeError(`a frame has ${this.frameSamples} samples`)
    const input = this.#inputs.get(id)
    if (input === undefined) return
    const step = (input.targetGain - input.gain) / this.frameSamples
    let gain = input.gain
    for (let i = 0; i < samples.length; i++) {
      gain += step
      input.heard[i] = samples[i]! * gain
    }
    if (input.gapped) this.#fadeIn(input.heard)
    input.gapped = false
    input.gain = input.targetGain
    input.written = true
  }

  /** Mixes one frame from what was written. */
  mix(): void {
    this.#frames++
    const sum = this.#sum.fill(0)
    for (const input of this.#inputs.values()) {
      if (!input.written) this.#bridgeGap(input)
      const heard = input.heard
      for (let i = 0; i < sum.length; i++) sum[i] = sum[i]! + heard[i]!
    }
    for (const [id, input] of this.#inputs) {
      this.#saturate(input)
      input.lastSample = input.heard[this.frameSamples - 1]!
      input.written = false
      if (input.leaving) this.#inputs.delete(id)
    }
  }

  /**
   * The frame this participant hears: a buffer that the next `mix` overwrites. Undefined for an unknown id.
   */
  read(id: string): Int16Array | undefined {
    return this.#inputs.get(id)?.output
  }

  #fadeIn(samples: Float32Array): void {
    for (let i = 0; i < this.#fade; i++) samples[i] = (samples[i]! * i) / this.#fade
  }

  #bridgeGap(input: Input): void {
    if (!input.leaving) this.#missed++
    const { heard, lastSample } = input
    input.gapped = true
    heard.fill(0)
    if (lastSample === 0) return
    for (let i = 0; i < this.#fade; i++) heard[i] = lastSample * (1 - (i + 1) / this.#fade)
  }

  #saturate(input: Input): void {
    const { output, heard } = input
    const sum = this.#sum
    for (let i = 0; i < output.length; i++) {
      const value = sum[i]! - heard[i]!
      if (value > 32767 || value < -32768) this.#saturated++
      output[i] = saturate(value)
    }
  }

  stats(): MixerStats {
    return {
      inputs: this.#inputs.size,
      frames: this.#frames,
      saturated: this.#saturated,
      missed: this.#missed,
    }
  }
}
