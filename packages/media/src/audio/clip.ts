import type { G711Codec } from '../frame.ts'
import { g711Values } from '../g711.ts'
import { Resampler } from './resampler.ts'
import { type Wav, wavChannels } from './wav.ts'

/** Recorded sound of one channel, held as it was stored: prompts, music. Never changed once made. */
export type Clip = {
  /** Samples per second. */
  readonly sampleRate: number
} & (
  | { readonly codec: G711Codec; readonly payload: Uint8Array }
  | { readonly codec: 'L16'; readonly samples: Int16Array }
)

/** Length of a clip in samples. */
export function clipLength(clip: Clip): number {
  return clip.codec === 'L16' ? clip.samples.length : clip.payload.length
}

/**
 * Copies linear samples `at`..`at + count` of a clip to `target` from `offset` on; the range must lie in the
 * clip.
 */
export function readClip(clip: Clip, at: number, count: number, target: Int16Array, offset: number): void {
  if (clip.codec === 'L16') {
    target.set(clip.samples.subarray(at, at + count), offset)
    return
  }
  const values = g711Values(clip.codec)
  for (let i = 0; i < count; i++) target[offset + i] = values[clip.payload[at + i]!]!
}

/**
 * Makes a clip of a WAV file's first channel, resampled where its rate is another.
 *
 * @param sampleRate Hz of the clip
 */
export function clipFromWav(wav: Wav, sampleRate: number): Clip {
  if (wav.sampleRate === sampleRate && wav.channels === 1 && wav.codec !== 'L16') {
    return { codec: wav.codec, sampleRate, payload: wav.data }
  }
  const samples = wavChannels(wav)[0] ?? new Int16Array(0)
  if (wav.sampleRate === sampleRate) return { codec: 'L16', sampleRate, samples }
  const resampler = new Resampler({ from: wav.sampleRate, to: sampleRate })
  return { codec: 'L16', sampleRate, samples: resampler.process(samples).slice() }
}
