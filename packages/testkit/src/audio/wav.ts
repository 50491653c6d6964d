import { decodeG711, encodeG711 } from '@ringdown/media'

/** What a WAV file holds, one channel, decoded to 16-bit linear samples. */
export type WavAudio = { readonly sampleRate: number; readonly samples: Int16Array }

// "Multimedia Programming Interface and Data Specifications 1.0" (RIFF), and RFC 2361 for the format codes.
const FORMAT = { pcm: 1, aLaw: 6, muLaw: 7 } as const

type Chunks = { format: DataView | undefined; data: Uint8Array | undefined }

function chunksOf(file: Uint8Array): Chunks {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength)
  const found: Chunks = { format: undefined, data: undefined }
  for (let at = 12; at + 8 <= file.length; ) {
    const name = String.fromCharCode(...file.subarray(at, at + 4))
    const length = Math.min(view.getUint32(at + 4, true), file.length - at - 8)
    if (name === 'fmt ') found.format = new DataView(file.buffer, file.byteOffset + at + 8, length)
    if (name === 'data') found.data = file.subarray(at + 8, at + 8 + length)
    at += 8 + length + (length & 1)
  }
  return found
}

/**
 * Reads a mono WAV file: 16-bit PCM, mu-law or A-law, any sample rate.
 *
 * @throws RangeError with a sentence for people if it is something else
 */
export function readWav(file: Uint8Array): WavAudio {
  const text = (from: number) => String.fromCharCode(...file.subarray(from, from + 4))
  if (text(0) !== 'RIFF' || text(8) !== 'WAVE') throw new RangeError('this is not a WAV file')
  const { format, data } = chunksOf(file)
  if (!format || format.byteLength < 16 || !data)
    throw new RangeError('this WAV file has no format or no data')
  const [code, channels, bits] = [
    format.getUint16(0, true),
    format.getUint16(2, true),
    format.getUint16(14, true),
  ]
  if (channels !== 1) throw new RangeError(`this WAV file has ${channels} channels; one is needed`)
  const sampleRate = format.getUint32(4, true)
  if (code === FORMAT.muLaw) return { sampleRate, samples: decodeG711('PCMU', data) }
  if (code === FORMAT.aLaw) return { sampleRate, samples: decodeG711('PCMA', data) }
  if (code !== FORMAT.pcm || bits !== 16)
    throw new RangeError('this WAV file is neither 16-bit PCM nor G.711')
  return { sampleRate, samples: new Int16Array(data.slice(0, data.length & ~1).buffer) }
}

/**
 * Makes a mono WAV file.
 *
 * @param encoding `pcm16` (default) keeps the samples, `mu-law` halves the size
 */
export function writeWav(audio: WavAudio, encoding: 'pcm16' | 'mu-law' = 'pcm16'): Uint8Array {
  const muLaw = encoding === 'mu-law'
  const { samples, sampleRate } = audio
  const data = muLaw
    ? encodeG711('PCMU', samples)
    : new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength)
  const bytesPerSample = muLaw ? 1 : 2
  const file = new Uint8Array(44 + data.length + (data.length & 1))
  const view = new DataView(file.buffer)
  const text = (at: number, word: string) =>
    file.set(
      Uint8Array.from(word, letter => letter.charCodeAt(0)),
      at,
    )
  text(0, 'RIFF')
  view.setUint32(4, file.length - 8, true)
  text(8, 'WAVEfmt ')
  view.setUint32(16, 16, true)
  view.setUint16(20, muLaw ? FORMAT.muLaw : FORMAT.pcm, true)
  view.setUint16(22, 1, true)
  view.setUint32(24, sampleRate, true)
  view.setUint32(28, sampleRate * bytesPerSample, true)
  view.setUint16(32, bytesPerSample, true)
  view.setUint16(34, bytesPerSample * 8, true)
  text(36, 'data')
  view.setUint32(40, data.length, true)
  file.set(data, 44)
  return file
}
