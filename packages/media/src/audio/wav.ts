import type { G711Codec } from '../frame.ts'
import { decodeG711 } from '../g711.ts'
import { fail, type MediaError, type Outcome, succeed } from '../media.errors.ts'

/** The contents of a WAV file, not yet decoded. */
export type Wav = {
  readonly codec: G711Codec | 'L16'
  /** Samples per second of each channel. */
  readonly sampleRate: number
  readonly channels: 1 | 2
  /**
   * Sample data as in the file: bytes of G.711, or little-endian 16-bit; channels interleaved. A view into
   * the file.
   */
  readonly data: Uint8Array
}

// Format tags of RFC 2361: 0x0001 PCM, 0x0006 A-law, 0x0007 mu-law; 0xfffe puts the tag into the sub-format.
const CODEC_BY_TAG: Readonly<Record<number, Wav['codec']>> = { 1: 'L16', 6: 'PCMA', 7: 'PCMU' }
const TAG_BY_CODEC: Readonly<Record<Wav['codec'], number>> = { L16: 1, PCMA: 6, PCMU: 7 }
const EXTENSIBLE = 0xfffe
const LOWEST_RATE = 1000
const HIGHEST_RATE = 192_000

type Failure = { readonly ok: false; readonly error: MediaError }
type Chunk = { readonly id: string; readonly body: Uint8Array }

function tagAt(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + 4))
}

// A writer that could not go back leaves the data length 0 or all ones: what there is counts.
function chunksOf(bytes: Uint8Array): Chunk[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const chunks: Chunk[] = []
  for (let at = 12; at + 8 <= bytes.length; ) {
    const id = tagAt(bytes, at)
    const length = view.getUint32(at + 4, true)
    const isOpen = id === 'data' && (length === 0 || length === 0xffffffff)
    const end = isOpen ? bytes.length : Math.min(bytes.length, at + 8 + length)
    chunks.push({ id, body: bytes.subarray(at + 8, end) })
    at = end + (length & 1)
  }
  return chunks
}

function readFormat(body: Uint8Array): Outcome<Omit<Wav, 'data'>> {
  if (body.length < 16) return fail('media.wav-malformed', 'the format chunk is too short')
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength)
  const tag = view.getUint16(0, true)
  const codec = CODEC_BY_TAG[tag === EXTENSIBLE && body.length >= 26 ? view.getUint16(24, true) : tag]
  const channels = view.getUint16(2, true)
  const sampleRate = view.getUint32(4, true)
  const bits = view.getUint16(14, true)
  if (codec === undefined || bits !== (codec === 'L16' ? 16 : 8))
    return unsupported('only 16-bit PCM, mu-law and A-law')
  if (channels !== 1 && channels !== 2) return unsupported('only one or two channels')
  if (sampleRate < LOWEST_RATE || sampleRate > HIGHEST_RATE) return unsupported('sample rate out of range')
  return succeed({ codec, channels, sampleRate })
}

function unsupported(message: string): Failure {
  return fail('media.wav-unsupported', message)
}

/**
 * Reads a WAV file: 16-bit PCM, mu-law or A-law, one or two channels, 1 to 192 kHz (RIFF; RFC 2361).
 *
 * @returns `media.wav-malformed` for what is no WAV file, `media.wav-unsupported` for other formats
 */
export function parseWav(bytes: Uint8Array): Outcome<Wav> {
  if (bytes.length < 12 || tagAt(bytes, 0) !== 'RIFF' || tagAt(bytes, 8) !== 'WAVE') {
    return fail('media.wav-malformed', 'not a RIFF/WAVE file')
  }
  const chunks = chunksOf(bytes)
  const format = chunks.find(chunk => chunk.id === 'fmt ')
  const data = chunks.find(chunk => chunk.id === 'data')
  if (format === undefined || data === undefined)
    return fail('media.wav-malformed', 'no format or no data chunk')
  const read = readFormat(format.body)
  if (!read.ok) return read
  const unit = read.value.channels * (read.value.codec === 'L16' ? 2 : 1)
  return succeed({ ...read.value, data: data.body.subarray(0, data.body.length - (data.body.length % unit)) })
}

/** The linear samples of each channel, copied. */
export function wavChannels(wav: Wav): Int16Array[] {
  const interleaved = wav.codec === 'L16' ? littleEndian(wav.data) : decodeG711(wav.codec, wav.data)
  if (wav.channels === 1) return [interleaved]
  return [0, 1].map(channel =>
    Int16Array.from({ length: interleaved.length / 2 }, (_, i) => interleaved[i * 2 + channel]!),
  )
}

function littleEndian(data: Uint8Array): Int16Array {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
  return Int16Array.from({ length: data.length >> 1 }, (_, i) => view.getInt16(i * 2, true))
}

/**
 * Interleaves linear channels of equal length to the little-endian data of a {@link Wav}; the shortest
 * decides.
 */
export function interleavePcm(channels: readonly Int16Array[]): Uint8Array {
  const length = Math.min(...channels.map(channel => channel.length))
  const data = new Uint8Array(length * channels.length * 2)
  const view = new DataView(data.buffer)
  for (let i = 0; i < length; i++) {
    for (let c = 0; c < channels.length; c++)
      view.setInt16((i * channels.length + c) * 2, channels[c]![i]!, true)
  }
  return data
}

/**
 * The bytes in front of the sample data, for a recorder that streams to disk.
 *
 * @param dataBytes length of the data that follows; written again when it is known
 */
export function wavHeader(wav: Omit<Wav, 'data'>, dataBytes: number): Uint8Array {
  const header = new Uint8Array(44)
  const view = new DataView(header.buffer)
  const bytesPerSample = wav.codec === 'L16' ? 2 : 1
  const tags: [number, string][] = [
    [0, 'RIFF'],
    [8, 'WAVE'],
    [12, 'fmt '],
    [36, 'data'],
  ]
  for (const [at, tag] of tags) for (let i = 0; i < 4; i++) header[at + i] = tag.charCodeAt(i)
  view.setUint32(4, 36 + dataBytes, true)
  view.setUint32(16, 16, true)
  view.setUint16(20, TAG_BY_CODEC[wav.codec], true)
  view.setUint16(22, wav.channels, true)
  view.setUint32(24, wav.sampleRate, true)
  view.setUint32(28, wav.sampleRate * wav.channels * bytesPerSample, true)
  view.setUint16(32, wav.channels * bytesPerSample, true)
  view.setUint16(34, bytesPerSample * 8, true)
  view.setUint32(40, dataBytes, true)
  return header
}

/** Makes a WAV file (RIFF; RFC 2361). */
export function serializeWav(wav: Wav): Uint8Array {
  const file = new Uint8Array(44 + wav.data.length)
  file.set(wavHeader(wav, wav.data.length))
  file.set(wav.data, 44)
  return file
}
