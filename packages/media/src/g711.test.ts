import { describe, expect, it } from 'vitest'
import type { G711Codec } from './frame.ts'
import { decodeG711, encodeG711, g711Values, SILENCE, transcodeG711 } from './g711.ts'

const everyCode = Uint8Array.from({ length: 256 }, (_, code) => code)
const everySample = Int16Array.from({ length: 65536 }, (_, i) => i - 32768)

// Table 2 of ITU-T G.711, written as it is printed: per chord the first decision value and the step, in 14
// bits.
const muChords = [
  { from: 31, step: 4, steps: 16 },
  { from: 95, step: 8, steps: 16 },
  { from: 223, step: 16, steps: 16 },
  { from: 479, step: 32, steps: 16 },
  { from: 991, step: 64, steps: 16 },
  { from: 2015, step: 128, steps: 16 },
  { from: 4063, step: 256, steps: 16 },
]
const muDecisions = [0, ...Array.from({ length: 15 }, (_, i) => 1 + 2 * i)]
for (const { from, step, steps } of muChords)
  for (let i = 0; i < steps; i++) muDecisions.push(from + i * step)

// Table 1: 12-bit magnitudes.
const aDecisions = Array.from({ length: 32 }, (_, i) => 2 * i)
for (let step = 4; step <= 128; step *= 2) for (let i = 0; i < 16; i++) aDecisions.push(step * 16 + i * step)

function intervalOf(decisions: number[], magnitude: number): number {
  let n = decisions.length - 1
  while (decisions[n]! > magnitude) n--
  return n
}

describe('G.711', () => {
  it('has 128 mu-law and 128 A-law decision intervals', () => {
    expect(muDecisions).toHaveLength(128)
    expect(aDecisions).toHaveLength(128)
  })

  it('encodes every 16-bit sample into the interval of table 2a/2b (mu-law)', () => {
    const codes = encodeG711('PCMU', everySample)
    for (let i = 0; i < everySample.length; i++) {
      const sample = everySample[i]!
      const interval = intervalOf(muDecisions, (sample < 0 ? ~sample : sample) >> 2)
      expect(codes[i], `sample ${sample}`).toBe((sample < 0 ? 0x7f : 0xff) - interval)
    }
  })

  it('encodes every 16-bit sample into the interval of table 1a/1b (A-law)', () => {
    const codes = encodeG711('PCMA', everySample)
    for (let i = 0; i < everySample.length; i++) {
      const sample = everySample[i]!
      const interval = intervalOf(aDecisions, (sample < 0 ? ~sample : sample) >> 3)
      expect(codes[i], `sample ${sample}`).toBe(((sample < 0 ? 0 : 0x80) + interval) ^ 0x55)
    }
  })

  it('decodes mu-law to the quantized values of table 2: 0, 2, 4 ... 30, 33 ... 8031', () => {
    const values = g711Values('PCMU')
    for (let n = 0; n < 128; n++) {
      const lower = muDecisions[n]!
      const upper = muDecisions[n + 1] ?? 8159
      const expected = n === 0 ? 0 : (lower + upper) / 2
      expect(values[0xff - n]).toBe(expected * 4)
      expect(values[0x7f - n]).toBe(n === 0 ? 0 : -expected * 4)
    }
  })

  it('decodes A-law to the middle of each interval of table 1: 1, 3, 5 ... 4032', () => {
    const values = g711Values('PCMA')
    for (let n = 0; n < 128; n++) {
      const middle = (aDecisions[n]! + (aDecisions[n + 1] ?? 4096)) / 2
      expect(values[(0x80 + n) ^ 0x55]).toBe(middle * 8)
      expect(values[n ^ 0x55]).toBe(-middle * 8)
    }
  })

  it.each<G711Codec>(['PCMU', 'PCMA'])('%s codes survive decoding and encoding', codec => {
    const again = encodeG711(codec, decodeG711(codec, everyCode))
    // Mu-law has a negative zero, 0x7f, that linear audio cannot tell from zero.
    const expected = everyCode.map(code => (codec === 'PCMU' && code === 0x7f ? 0xff : code))
    expect(again).toEqual(expected)
  })

  it('knows the bytes of silence', () => {
    expect(encodeG711('PCMU', new Int16Array(1))[0]).toBe(SILENCE.PCMU)
    expect(encodeG711('PCMA', new Int16Array(1))[0]).toBe(SILENCE.PCMA)
    expect(Math.abs(decodeG711('PCMA', Uint8Array.of(SILENCE.PCMA))[0]!)).toBe(8)
  })

  // The beginnings of tables 3 and 4 of the Recommendation (numbers of the positive values, from 1).
  it.each([
    { from: 'PCMU', to: 'PCMA', numbers: [1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 10, 11] },
    { from: 'PCMA', to: 'PCMU', numbers: [1, 3, 5, 7, 9, 11, 13, 15, 16, 17, 18] },
  ] as const)('converts $from to $to as the Recommendation prints it, sign kept', ({ from, to, numbers }) => {
    const code = (codec: G711Codec, n: number, sign: number) =>
      codec === 'PCMU' ? (0x7f | sign) - n : (n | sign) ^ 0x55
    const offset = from === 'PCMU' ? 1 : 0
    numbers.forEach((number, n) => {
      for (const sign of [0x80, 0]) {
        const converted = transcodeG711(from, to, Uint8Array.of(code(from, n, sign)))[0]
        expect(converted, `value ${n}`).toBe(code(to, number - offset, sign))
      }
    })
  })

  it('converts in place, and copies when both laws are the same', () => {
    const payload = everyCode.slice()
    transcodeG711('PCMU', 'PCMA', payload, payload)
    expect(payload).toEqual(transcodeG711('PCMU', 'PCMA', everyCode))
    expect(transcodeG711('PCMA', 'PCMA', everyCode)).toEqual(everyCode)
  })

  it('refuses a target that is too short', () => {
    expect(() => decodeG711('PCMU', everyCode, new Int16Array(255))).toThrow(RangeError)
    expect(() => encodeG711('PCMU', everySample, new Uint8Array(1))).toThrow(RangeError)
    expect(() => transcodeG711('PCMU', 'PCMA', everyCode, new Uint8Array(1))).toThrow(RangeError)
  })
})
