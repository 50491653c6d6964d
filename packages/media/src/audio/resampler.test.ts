import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Resampler } from './resampler.ts'

const rates = [8000, 16000, 24000, 48000]
const pairs = rates.flatMap(from => rates.flatMap(to => (from === to ? [] : [{ from, to }])))

function sine(frequency: number, sampleRate: number, seconds: number): Int16Array {
  return Int16Array.from({ length: sampleRate * seconds }, (_, i) =>
    Math.round(12_000 * Math.sin((2 * Math.PI * frequency * i) / sampleRate)),
  )
}

/** Power of the best fitting sine against the power of everything else, in dB. */
function signalToNoise(
  samples: Int16Array,
  frequency: number,
  sampleRate: number,
): { snr: number; amplitude: number } {
  let a = 0
  let b = 0
  let total = 0
  samples.forEach((sample, i) => {
    const phase = (2 * Math.PI * frequency * i) / sampleRate
    a += sample * Math.cos(phase)
    b += sample * Math.sin(phase)
    total += sample * sample
  })
  const signal = (2 * (a * a + b * b)) / samples.length
  return {
    snr: 10 * Math.log10(signal / Math.max(1e-9, total - signal)),
    amplitude: Math.sqrt((2 * signal) / samples.length),
  }
}

describe('resampler', () => {
  it.each(pairs)(
    '$from → $to Hz keeps a 1 kHz tone: SNR above 60 dB, level within 0.1 dB',
    ({ from, to }) => {
      const out = new Resampler({ from, to }).process(sine(1000, from, 1)).slice()
      const { snr, amplitude } = signalToNoise(out.subarray(to / 10, to / 10 + to / 2), 1000, to)
      expect(snr).toBeGreaterThan(60)
      expect(Math.abs(20 * Math.log10(amplitude / 12_000))).toBeLessThan(0.1)
    },
  )

  it.each(pairs)('$from → $to Hz keeps 3.2 kHz within 1 dB', ({ from, to }) => {
    const out = new Resampler({ from, to }).process(sine(3200, from, 1)).slice()
    const { amplitude } = signalToNoise(out.subarray(to / 10, to / 10 + to / 2), 3200, to)
    expect(Math.abs(20 * Math.log10(amplitude / 12_000))).toBeLessThan(1)
  })

  it.each(pairs.filter(({ from, to }) => from > to))(
    '$from → $to Hz lets nothing alias: 60 dB down',
    ({ from, to }) => {
      const out = new Resampler({ from, to }).process(sine(to * 0.55, from, 1))
      const peak = out.subarray(to / 10).reduce((most, sample) => Math.max(most, Math.abs(sample)), 0)
      expect(20 * Math.log10(peak / 12_000)).toBeLessThan(-60)
    },
  )

  it.each(pairs)('$from → $to Hz gives the same in chunks of any length', ({ from, to }) => {
    const input = sine(700, from, 0.2)
    const whole = new Resampler({ from, to }).process(input).slice()
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 500 }), { minLength: 1, maxLength: 20 }), lengths => {
        const resampler = new Resampler({ from, to })
        const out: number[] = []
        let at = 0
        for (const length of [...lengths, input.length]) {
          out.push(...resampler.process(input.subarray(at, at + length)))
          at = Math.min(input.length, at + length)
        }
        expect(Int16Array.from(out)).toEqual(whole)
      }),
      { numRuns: 10 },
    )
  })

  it.each(pairs)('$from → $to Hz gives exactly one frame for each frame of 20 ms', ({ from, to }) => {
    const resampler = new Resampler({ from, to })
    for (let i = 0; i < 10; i++) expect(resampler.process(new Int16Array(from / 50)).length).toBe(to / 50)
    expect(resampler.stats()).toEqual({ samplesIn: from / 5, samplesOut: to / 5 })
  })

  it('keeps a constant constant and saturates at full scale', () => {
    const out = new Resampler({ from: 8000, to: 48000 }).process(new Int16Array(800).fill(32767))
    expect(out.subarray(600).every(sample => sample === 32767)).toBe(true)
  })
})
