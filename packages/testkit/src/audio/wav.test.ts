import { describe, expect, it } from 'vitest'
import { readWav, writeWav } from './wav.ts'

const samples = Int16Array.from({ length: 800 }, (_, i) => Math.round(12000 * Math.sin(i / 5)))

describe('WAV files of one channel', () => {
  it('gives back 16-bit samples exactly', () => {
    expect(readWav(writeWav({ sampleRate: 48000, samples }))).toEqual({ sampleRate: 48000, samples })
  })

  it('gives back mu-law within its step', () => {
    const read = readWav(writeWav({ sampleRate: 8000, samples }, 'mu-law'))
    for (const [i, sample] of read.samples.entries()) expect(Math.abs(sample - samples[i]!)).toBeLessThan(400)
  })

  it('brings another rate to the one asked for', () => {
    expect(readWav(writeWav({ sampleRate: 48000, samples }), 8000)).toMatchObject({ sampleRate: 8000 })
  })

  it('refuses anything else with a sentence', () => {
    expect(() => readWav(new Uint8Array(100))).toThrow('not a RIFF/WAVE file')
  })
})
