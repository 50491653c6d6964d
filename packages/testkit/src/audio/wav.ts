import { encodeG711, interleavePcm, parseWav, Resampler, serializeWav, wavChannels } from '@ringdown/media'

/** Audio of one channel, 16-bit linear samples. */
export type MonoAudio = { readonly sampleRate: number; readonly samples: Int16Array }

/**
 * Reads the first channel of a WAV file.
 *
 * @param sampleRate Hz to resample to; as in the file when left out
 * @throws RangeError with a sentence for people if the file is no WAV, or not 16-bit PCM or G.711
 */
export function readWav(file: Uint8Array, sampleRate?: number): MonoAudio {
  const wav = parseWav(file)
  if (!wav.ok) throw new RangeError(wav.error.message)
  const audio = { sampleRate: wav.value.sampleRate, samples: wavChannels(wav.value)[0] ?? new Int16Array(0) }
  return sampleRate === undefined ? audio : resampled(audio, sampleRate)
}

/** The same sound at another rate (Hz, see `Resampler` of @ringdown/media); itself if it has that rate. */
export function resampled(audio: MonoAudio, sampleRate: number): MonoAudio {
  if (audio.sampleRate === sampleRate) return audio
  const resampler = new Resampler({ from: audio.sampleRate, to: sampleRate })
  return { sampleRate, samples: resampler.process(audio.samples).slice() }
}

/**
 * Makes a WAV file of one channel.
 *
 * @param encoding `pcm16` (unless told) keeps the samples, `mu-law` halves the size
 */
export function writeWav(
  { sampleRate, samples }: MonoAudio,
  encoding: 'pcm16' | 'mu-law' = 'pcm16',
): Uint8Array {
  return encoding === 'mu-law'
    ? serializeWav({ codec: 'PCMU', sampleRate, channels: 1, data: encodeG711('PCMU', samples) })
    : serializeWav({ codec: 'L16', sampleRate, channels: 1, data: interleavePcm([samples]) })
}
