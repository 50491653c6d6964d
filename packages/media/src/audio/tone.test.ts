import { describe, expect, it } from 'vitest'
import { linearLevel } from './level.ts'
import { busyTone, pleaseHoldTone, ringbackTone, sineTone, type Tone, ToneGenerator } from './tone.ts'

function read(tone: Tone, seconds: number, sampleRate = 8000): Int16Array {
  const samples = new Int16Array(seconds * sampleRate)
  new ToneGenerator(tone, sampleRate).read(samples)
  return samples
}

/** Power of one frequency in dBov (Goertzel). */
function powerAt(frequency: number, samples: Int16Array, sampleRate: number): number {
  let re = 0
  let im = 0
  samples.forEach((sample, i) => {
    re += sample * Math.cos((2 * Math.PI * frequency * i) / sampleRate)
    im += sample * Math.sin((2 * Math.PI * frequency * i) / sampleRate)
  })
  return 10 * Math.log10((2 * (re * re + im * im)) / samples.length ** 2 / 32768 ** 2)
}

describe('tones', () => {
  it.each([8000, 16000, 48000])('ringback is 440 and 480 Hz at -25 dBov each, at %i Hz', sampleRate => {
    const second = read(ringbackTone, 2, sampleRate).subarray(sampleRate / 2, (sampleRate * 3) / 2)
    expect(powerAt(440, second, sampleRate)).toBeCloseTo(-25, 1)
    expect(powerAt(480, second, sampleRate)).toBeCloseTo(-25, 1)
    expect(powerAt(620, second, sampleRate)).toBeLessThan(-80)
  })

  it.each([
    { title: 'ringback: 2 s on, 4 s off', tone: ringbackTone, cadence: [2, 4] },
    { title: 'busy: 0.5 s on, 0.5 s off', tone: busyTone, cadence: [0.5, 0.5] },
    { title: 'please hold: two notes, then a pause', tone: pleaseHoldTone, cadence: [0.15, 0.1, 0.15, 1.6] },
  ])('$title, twice', ({ tone, cadence }) => {
    const total = cadence.reduce((sum, seconds) => sum + seconds, 0)
    const samples = read(tone, total * 2)
    let at = 0
    for (const [i, seconds] of [...cadence, ...cadence].entries()) {
      const end = at + Math.round(seconds * 8000)
      const level = linearLevel(samples.subarray(at, end))
      if (i % 2 === 0) expect(level).toBeGreaterThan(-35)
      else expect(level).toBe(-127)
      at = end
    }
  })

  it('is the same in one read as in many', () => {
    const whole = read(busyTone, 1.5)
    const generator = new ToneGenerator(busyTone, 8000)
    const parts = new Int16Array(whole.length)
    for (let at = 0; at < parts.length; at += 37) generator.read(parts, at, Math.min(parts.length, at + 37))
    expect(parts).toEqual(whole)
  })

  it('never jumps: no step is larger than the wave itself can make', () => {
    const samples = read(ringbackTone, 7)
    const amplitude = 32768 * Math.SQRT2 * 10 ** (-25 / 20)
    const steepest = amplitude * 2 * Math.PI * (480 + 440) * (1 / 8000) + amplitude * 2 * (1 / 40) + 2
    for (let i = 1; i < samples.length; i++) {
      expect(Math.abs(samples[i]! - samples[i - 1]!)).toBeLessThan(steepest)
    }
  })

  it('a sine never stops, and saturates where it is too loud', () => {
    expect(linearLevel(read(sineTone(1000, -20), 3).subarray(16000))).toBeCloseTo(-20, 1)
    expect(Math.max(...read(sineTone(1000, 6), 0.1))).toBe(32767)
  })
})
