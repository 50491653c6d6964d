import { describe, expect, it } from 'vitest'
import { readWav, writeWav } from './wav.ts'

const samples = Int16Array.from({ length: 801 }, (_, i) => Math.round(12000 * Math.sin(i / 5)))

describe('WAV files', () => {
  it('gives back 16-bit samples exactly', () => {
    expect(readWav(writeWav({ sampleRate: 48000, samples }))).toEqual({ sampleRate: 48000, samples })
  })

  it('gives back mu-law within its step, an odd number of bytes included', () => {
    const file = writeWav({ sampleRate: 8000, samples }, 'mu-law')
    expect(file.length % 2).toBe(0)
    const read = readWav(file)
    expect(read.samples.length).toBe(801)
    for (const [i, sample] of read.samples.entries()) expect(Math.abs(sample - samples[i]!)).toBeLessThan(400)
  })

  it('skips chunks it does not know', () => {
    const plain = writeWav({ sampleRate: 8000, samples })
    const list = [76, 73, 83, 84, 3, 0, 0, 0, 1, 2, 3, 0]
    const file = Uint8Array.from([...plain.subarray(0, 36), ...list, ...plain.subarray(36)])
    expect(readWav(file).samples).toEqual(samples)
  })

  it.each([
    ['something else', Uint8Array.from({ length: 100 }), 'not a WAV file'],
    [
      'a file cut off after its name',
      writeWav({ sampleRate: 8000, samples }).subarray(0, 20),
      'no format or no data',
    ],
    ['two channels', writeWav({ sampleRate: 8000, samples }).with(22, 2), '2 channels'],
    ['floating point', writeWav({ sampleRate: 8000, samples }).with(20, 3), 'neither'],
  ])('refuses %s with a sentence', (_, file, sentence) => {
    expect(() => readWav(file)).toThrow(sentence)
  })
})
