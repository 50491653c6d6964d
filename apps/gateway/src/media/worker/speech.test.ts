import { linearLevel } from '@ringdown/media'
import { describe, expect, it } from 'vitest'
import type { RtpCodec } from '../worker.port.ts'
import {
  createDecoder,
  createEncoder,
  createTranscoder,
  FrameEncoder,
  SAMPLE_RATE,
  silenceOf,
} from './speech.ts'

const FRAME = SAMPLE_RATE / 50

const frameOf = (n: number, amplitude = 8000): Int16Array =>
  Int16Array.from(
    { length: FRAME },
    (_, i) => amplitude * Math.sin((2 * Math.PI * 1000 * (n * FRAME + i)) / SAMPLE_RATE),
  )

const pairs: [RtpCodec, RtpCodec][] = [
  ['PCMU', 'PCMA'],
  ['PCMU', 'G722'],
  ['G722', 'PCMA'],
  ['G722', 'G722'],
]

describe('speech of telephones', () => {
  it.each<RtpCodec>(['PCMU', 'PCMA', 'G722'])('in %s keeps its length and level', codec => {
    const encode = createEncoder(codec)!
    const decode = createDecoder(codec)!
    for (let n = 0; n < 20; n++) {
      const bytes = encode(frameOf(n))
      expect(bytes.length).toBe(FRAME)
      const heard = decode(bytes)
      expect(heard.length).toBe(FRAME)
      if (n > 3) expect(Math.abs(linearLevel(heard) - linearLevel(frameOf(n)))).toBeLessThan(0.5)
    }
  })

  it.each(pairs)('turns from %s into %s in place, packet by packet', (from, to) => {
    const encode = createEncoder(from)!
    const transcode = createTranscoder(from, to)!
    const decode = createDecoder(to)!
    for (let n = 0; n < 20; n++) {
      const payload = encode(frameOf(n)).slice()
      transcode(payload)
      const heard = decode(payload)
      if (n > 3) expect(Math.abs(linearLevel(heard) - linearLevel(frameOf(n)))).toBeLessThan(0.7)
    }
  })

  it.each<RtpCodec>(['PCMU', 'PCMA', 'G722'])('has a byte for silence in %s', codec => {
    const payload = new Uint8Array(FRAME).fill(silenceOf(codec)!)
    expect(linearLevel(createDecoder(codec)!(payload))).toBeLessThan(-65)
  })

  it('is neither made nor read in Opus', () => {
    expect(createEncoder('opus')).toBeUndefined()
    expect(createTranscoder('opus', 'PCMU')).toBeUndefined()
    expect(new FrameEncoder().encode('opus', frameOf(0))).toBeUndefined()
    const payload = Uint8Array.of(1, 2, 3)
    createTranscoder('opus', 'opus')!(payload)
    expect([...payload]).toEqual([1, 2, 3])
  })
})
