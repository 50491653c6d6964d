import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeG711 } from '../g711.ts'
import { clipFromWav, clipLength } from './clip.ts'
import { interleavePcm, parseWav, serializeWav, type Wav, wavChannels } from './wav.ts'

const left = Int16Array.of(1, -2, 32767, -32768)
const right = Int16Array.of(5, 6, 7, 8)

function parsed(bytes: Uint8Array): Wav {
  const wav = parseWav(bytes)
  return wav.ok ? wav.value : expect.fail(wav.error.message)
}

describe('WAV', () => {
  it.each<{ title: string; wav: Wav; channels: Int16Array[] }>([
    {
      title: 'PCM mono',
      wav: { codec: 'L16', sampleRate: 8000, channels: 1, data: interleavePcm([left]) },
      channels: [left],
    },
    {
      title: 'PCM stereo',
      wav: { codec: 'L16', sampleRate: 48000, channels: 2, data: interleavePcm([left, right]) },
      channels: [left, right],
    },
    {
      title: 'mu-law',
      wav: {
        codec: 'PCMU',
        sampleRate: 8000,
        channels: 1,
        data: encodeG711('PCMU', Int16Array.of(0, 8, -8)),
      },
      channels: [Int16Array.of(0, 8, -8)],
    },
    {
      title: 'A-law stereo',
      wav: {
        codec: 'PCMA',
        sampleRate: 8000,
        channels: 2,
        data: encodeG711('PCMA', Int16Array.of(8, 24, -8, -24)),
      },
      channels: [Int16Array.of(8, -8), Int16Array.of(24, -24)],
    },
  ])('$title is read as it was written', ({ wav, channels }) => {
    const read = parsed(serializeWav(wav))
    expect(read).toEqual(wav)
    expect(wavChannels(read)).toEqual(channels)
  })

  const file = serializeWav({ codec: 'L16', sampleRate: 8000, channels: 1, data: interleavePcm([left]) })

  it('a data length that was never filled in means all that is there', () => {
    for (const length of [0, 0xff]) {
      const open = file.slice().fill(length, 40, 44)
      expect(wavChannels(parsed(open))[0]).toEqual(left)
    }
  })

  it('a file cut short gives the whole samples that are there', () => {
    expect(wavChannels(parsed(file.subarray(0, file.length - 3)))[0]).toEqual(left.subarray(0, 2))
  })

  it('other chunks, of odd length too, are passed over', () => {
    const note = [...'LIST'].map(c => c.charCodeAt(0)).concat([3, 0, 0, 0, 1, 2, 3, 0])
    const bytes = Uint8Array.from([...file.subarray(0, 36), ...note, ...file.subarray(36)])
    expect(wavChannels(parsed(bytes))[0]).toEqual(left)
  })

  it('the extensible format says its codec further on', () => {
    const format = new Uint8Array(48)
    format.set(file.subarray(12, 36))
    format.set([40, 0, 0, 0, 0xfe, 0xff], 4)
    format.set([1, 0], 32)
    const bytes = Uint8Array.from([...file.subarray(0, 12), ...format, ...file.subarray(36)])
    expect(wavChannels(parsed(bytes))[0]).toEqual(left)
  })

  it.each([
    { title: 'no RIFF', bytes: file.with(0, 0), code: 'media.wav-malformed' },
    { title: 'nothing', bytes: new Uint8Array(0), code: 'media.wav-malformed' },
    { title: 'no data chunk', bytes: file.subarray(0, 36), code: 'media.wav-malformed' },
    { title: 'a codec we do not read', bytes: file.with(20, 85), code: 'media.wav-unsupported' },
    { title: 'three channels', bytes: file.with(22, 3), code: 'media.wav-unsupported' },
    { title: '8-bit PCM', bytes: file.with(34, 8), code: 'media.wav-unsupported' },
    { title: 'a sample rate of zero', bytes: file.slice().fill(0, 24, 28), code: 'media.wav-unsupported' },
  ])('is refused: $title', ({ bytes, code }) => {
    expect(parseWav(bytes)).toMatchObject({ ok: false, error: { code } })
  })

  it('never throws on damaged files', () => {
    fc.assert(
      fc.property(fc.nat(file.length - 1), fc.nat(255), fc.nat(file.length), (at, byte, length) => {
        const read = parseWav(file.with(at, byte).subarray(0, length))
        if (read.ok) wavChannels(read.value)
      }),
    )
  })

  it('becomes a clip: G.711 as it is, other rates resampled, the first of two channels', () => {
    const data = new Uint8Array(80).fill(0xff)
    expect(clipFromWav({ codec: 'PCMU', sampleRate: 8000, channels: 1, data }, 8000)).toMatchObject({
      codec: 'PCMU',
      payload: data,
    })
    const stereo = {
      codec: 'L16',
      sampleRate: 8000,
      channels: 2,
      data: interleavePcm([left, right]),
    } as const
    expect(clipFromWav(stereo, 8000)).toMatchObject({ codec: 'L16', samples: left })
    const wide = { codec: 'L16', sampleRate: 48000, channels: 1, data: new Uint8Array(96_000) } as const
    expect(clipLength(clipFromWav(wide, 8000))).toBe(8000)
  })
})
