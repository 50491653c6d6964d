import { describe, expect, it } from 'vitest'
import { encodeG711, SILENCE } from '../g711.ts'
import { g711Level, LevelMeter, linearLevel, SILENCE_DBOV } from './level.ts'
import { sineTone, ToneGenerator } from './tone.ts'

function sine(dbov: number): Int16Array {
  const samples = new Int16Array(8000)
  new ToneGenerator(sineTone(1000, dbov), 8000).read(samples)
  return samples.subarray(800)
}

describe('levels (RFC 6464)', () => {
  it('a full-scale square wave has 0 dBov, a full-scale sine -3.01', () => {
    expect(linearLevel(Int16Array.from({ length: 160 }, (_, i) => (i & 1 ? 32767 : -32768)))).toBeCloseTo(
      0,
      3,
    )
    expect(linearLevel(sine(-3.0103))).toBeCloseTo(-3.01, 1)
  })

  it.each([-10, -20, -30, -40])('a tone of %i dBov is measured so, linear and in both laws', dbov => {
    const samples = sine(dbov)
    expect(linearLevel(samples)).toBeCloseTo(dbov, 1)
    expect(Math.abs(g711Level('PCMU', encodeG711('PCMU', samples)) - dbov)).toBeLessThan(0.1)
    expect(Math.abs(g711Level('PCMA', encodeG711('PCMA', samples)) - dbov)).toBeLessThan(0.1)
  })

  it('digital silence, and nothing at all, have -127 dBov', () => {
    expect(g711Level('PCMU', new Uint8Array(160).fill(SILENCE.PCMU))).toBe(SILENCE_DBOV)
    expect(linearLevel(new Int16Array(160))).toBe(SILENCE_DBOV)
    expect(linearLevel(new Int16Array(0))).toBe(SILENCE_DBOV)
  })

  it('the silence of A-law is below the threshold of silence', () => {
    const meter = new LevelMeter()
    expect(meter.observe(g711Level('PCMA', new Uint8Array(160).fill(SILENCE.PCMA)), 20)).toBe(20)
  })
})

describe('level meter', () => {
  it('adds up silence until something is heard, and gaps count as silence', () => {
    const meter = new LevelMeter({ silenceDbov: -50 })
    expect([-60, -51, -50, -90].map(level => meter.observe(level, 20))).toEqual([20, 40, 0, 20])
    expect(meter.observeGap(1000)).toBe(1020)
  })

  it('keeps the peak until it is read', () => {
    const meter = new LevelMeter()
    for (const level of [-40, -20, -30]) meter.observe(level, 20)
    expect(meter.stats()).toEqual({ frames: 3, last: -30, peak: -20, silentMs: 0 })
    expect(meter.stats().peak).toBe(SILENCE_DBOV)
  })
})
