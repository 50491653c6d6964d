import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { G722_SAMPLE_RATE, G722Decoder, G722Encoder } from './g722.ts'

// ITU-T G.722 clause 2.5.4: the delay of both filters together, in samples of 16 kHz.
const DELAY = 22

const tone = (hz: number, amplitude: number, length = 8000): Int16Array =>
  Int16Array.from({ length }, (_, i) => amplitude * Math.sin((2 * Math.PI * hz * i) / G722_SAMPLE_RATE))

const roundTrip = (samples: Int16Array): Int16Array =>
  new G722Decoder().decode(new G722Encoder().encode(samples))

/** dB, after the first 100 ms. */
function signalToNoise(sent: Int16Array, heard: Int16Array): number {
  let signal = 0
  let noise = 0
  for (let i = 1600; i + DELAY < heard.length; i++) {
    signal += sent[i]! ** 2
    noise += (heard[i + DELAY]! - sent[i]!) ** 2
  }
  return 10 * Math.log10(signal / Math.max(1, noise))
}

function levelRatio(sent: Int16Array, heard: Int16Array): number {
  const power = (samples: Int16Array) => samples.slice(1600).reduce((sum, x) => sum + x * x, 0)
  return 10 * Math.log10(power(heard) / power(sent))
}

describe('G.722 at 64 kbit/s', () => {
  test('two samples of 16 kHz make a byte: 160 bytes in 20 ms (RFC 3551 §4.5.2)', () => {
    expect(new G722Encoder().encode(new Int16Array(320)).length).toBe(160)
    expect(new G722Decoder().decode(new Uint8Array(160)).length).toBe(320)
  })

  test('silence from reset is the code word FA', () => {
    expect([...new G722Encoder().encode(new Int16Array(8))]).toEqual([0xfa, 0xfa, 0xfa, 0xfa])
  })

  test('noise is encoded and decoded bit by bit as another implementation does it', () => {
    let seed = 1
    const noise = Int16Array.from({ length: 64 }, () => {
      seed = (Math.imul(seed, 69_069) + 1) >>> 0
      return Math.floor(((seed >>> 16) - 32_768) / 4)
    })
    const bytes = new G722Encoder().encode(noise)
    expect(Buffer.from(bytes).toString('hex')).toBe(
      '3084208421840a2dae383e108bb01930968fb83312191b99ecbf0f1a3a78b9ea',
    )
    const end = [-4614, -3542, -257, -1993, -2158, -2275, -1368, 5114, 5939, 3553, -3942, -7116]
    expect([...new G722Decoder().decode(bytes).slice(-12)]).toEqual(end)
  })

  test('silence stays silence', () => {
    expect(Math.max(...roundTrip(new Int16Array(3200)).map(Math.abs))).toBeLessThanOrEqual(8)
  })

  test.each([
    [300, 20],
    [1000, 20],
    [2000, 20],
    [3400, 20],
    [5000, 10],
    [6500, 10],
  ])('a tone of %i Hz comes back at its level with at least %i dB to the noise', (hz, least) => {
    const sent = tone(hz, 8000)
    const heard = roundTrip(sent)
    expect(signalToNoise(sent, heard)).toBeGreaterThan(least)
    expect(Math.abs(levelRatio(sent, heard))).toBeLessThan(1)
  })

  test.each([30, 300, 3000, 30_000])('an amplitude of %i is followed by the scale factor', amplitude => {
    const sent = tone(1000, amplitude)
    expect(signalToNoise(sent, roundTrip(sent))).toBeGreaterThan(amplitude < 100 ? 8 : 20)
  })

  test('frames of any length give the bytes of the whole', () => {
    const sent = tone(700, 5000, 960)
    const encoder = new G722Encoder()
    const parts = [0, 160, 480].map((from, i, starts) => encoder.encode(sent.subarray(from, starts[i + 1])))
    expect(Buffer.concat(parts)).toEqual(Buffer.from(new G722Encoder().encode(sent)))
  })

  test('a decoder that lost packets finds back within 200 ms', () => {
    const sent = tone(1000, 8000, 16_000)
    const bytes = new G722Encoder().encode(sent)
    const decoder = new G722Decoder()
    const whole = new G722Decoder().decode(bytes)
    decoder.decode(bytes.subarray(0, 1600))
    const after = decoder.decode(bytes.subarray(2400))
    const late = after.slice(3200)
    expect(signalToNoise(whole.slice(-late.length), shift(late))).toBeGreaterThan(25)
  })

  test('any bytes can be decoded, and any samples encoded', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.int16Array({ maxLength: 200 }), (bytes, samples) => {
        expect(new G722Decoder().decode(bytes).length).toBe(2 * bytes.length)
        const even = samples.subarray(0, samples.length & ~1)
        expect(new G722Encoder().encode(even).length).toBe(even.length / 2)
      }),
    )
  })

  test('an odd number of samples is a mistake of the caller', () => {
    expect(() => new G722Encoder().encode(new Int16Array(3))).toThrow(RangeError)
  })
})

/** As if it had come through the filters: `signalToNoise` looks that much later. */
const shift = (samples: Int16Array): Int16Array =>
  Int16Array.from(samples, (_, i) => samples[Math.max(0, i - DELAY)]!)
