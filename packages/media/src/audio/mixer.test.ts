import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Mixer } from './mixer.ts'
import { sineTone, ToneGenerator } from './tone.ts'

const constant = (value: number, length = 160) => new Int16Array(length).fill(value)

/** Attached and past its fade-in. */
function mixerOf(ids: string[], sampleRate = 8000): Mixer {
  const mixer = new Mixer({ sampleRate })
  for (const id of ids) mixer.attach(id)
  for (const id of ids) mixer.write(id, new Int16Array(mixer.frameSamples))
  mixer.mix()
  return mixer
}

function mix(mixer: Mixer, frames: Record<string, Int16Array>): void {
  for (const [id, samples] of Object.entries(frames)) mixer.write(id, samples)
  mixer.mix()
}

function steepestStep(samples: number[]): number {
  return samples.reduce(
    (most, sample, i) => (i === 0 ? 0 : Math.max(most, Math.abs(sample - samples[i - 1]!))),
    0,
  )
}

describe('mixer', () => {
  it.each([8000, 16000, 48000])('gives everyone the others and not themselves, at %i Hz', sampleRate => {
    const mixer = mixerOf(['a', 'b', 'c'], sampleRate)
    const length = sampleRate / 50
    mix(mixer, { a: constant(100, length), b: constant(20, length), c: constant(3, length) })
    expect(mixer.read('a')).toEqual(constant(23, length))
    expect(mixer.read('b')).toEqual(constant(103, length))
    expect(mixer.read('c')).toEqual(constant(120, length))
  })

  it('any inputs: the exact sum of the others, cut at 16 bits', () => {
    const sample = fc.integer({ min: -32768, max: 32767 })
    fc.assert(
      fc.property(fc.array(sample, { minLength: 1, maxLength: 8 }), values => {
        const ids = values.map((_, i) => `${i}`)
        const mixer = mixerOf(ids)
        mix(mixer, Object.fromEntries(values.map((value, i) => [`${i}`, constant(value)])))
        const sum = values.reduce((total, value) => total + value, 0)
        values.forEach((value, i) => {
          const expected = Math.max(-32768, Math.min(32767, sum - value))
          expect(mixer.read(`${i}`)!.every(heard => heard === expected)).toBe(true)
        })
      }),
    )
  })

  it('counts saturated samples', () => {
    const mixer = mixerOf(['a', 'b', 'c'])
    mix(mixer, { a: constant(30000), b: constant(30000), c: constant(0) })
    expect(mixer.stats()).toMatchObject({ inputs: 3, saturated: 160 })
  })

  it('of two parties, each hears the other with no error at all', () => {
    const mixer = mixerOf(['a', 'b'])
    const tones = {
      a: new ToneGenerator(sineTone(440, -12), 8000),
      b: new ToneGenerator(sineTone(1000, -12), 8000),
    }
    for (let frame = 0; frame < 50; frame++) {
      const a = new Int16Array(160)
      const b = new Int16Array(160)
      tones.a.read(a)
      tones.b.read(b)
      mix(mixer, { a, b })
      expect(mixer.read('a')).toEqual(b)
      expect(mixer.read('b')).toEqual(a)
    }
  })

  it('attaching, muting, unmuting and detaching make no click', () => {
    const mixer = mixerOf(['listener'])
    const heard: number[] = []
    const steps = [
      () => mixer.attach('x'),
      () => {},
      () => mixer.setGain('x', 0),
      () => mixer.setGain('x', 1),
      () => mixer.detach('x'),
      () => {},
    ]
    for (const step of steps) {
      step()
      mix(mixer, { listener: constant(0), x: constant(10_000) })
      heard.push(...mixer.read('listener')!)
    }
    expect(steepestStep(heard)).toBeLessThanOrEqual(Math.ceil(10_000 / 160) + 1)
    expect(heard.slice(160, 320).every(sample => sample === 10_000)).toBe(true)
    expect(heard.at(-1)).toBe(0)
    expect(mixer.stats().inputs).toBe(1)
  })

  it('an input that misses frames fades out and in, and is counted', () => {
    const mixer = mixerOf(['listener', 'x'])
    const heard: number[] = []
    for (const written of [true, false, false, true, true]) {
      mix(mixer, written ? { listener: constant(0), x: constant(8000) } : { listener: constant(0) })
      heard.push(...mixer.read('listener')!)
    }
    expect(steepestStep(heard.slice(1))).toBeLessThanOrEqual(8000 / 40 + 1)
    expect(heard.slice(-160)).toEqual(Array.from(constant(8000)))
    expect(mixer.stats().missed).toBe(2)
  })

  it('an id that comes back while it leaves stays', () => {
    const mixer = mixerOf(['a', 'b'])
    mixer.detach('b')
    mixer.attach('b')
    mix(mixer, { a: constant(0), b: constant(5) })
    expect(mixer.read('a')).toEqual(constant(5))
  })

  it('ignores strangers and refuses frames of another length', () => {
    const mixer = mixerOf(['a'])
    mixer.write('stranger', constant(1))
    mixer.detach('stranger')
    mixer.mix()
    expect(mixer.read('stranger')).toBeUndefined()
    expect(mixer.read('a')).toEqual(constant(0))
    expect(() => mixer.write('a', new Int16Array(80))).toThrow(RangeError)
  })
})
