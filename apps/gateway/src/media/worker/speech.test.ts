import { setImmediate } from 'node:timers/promises'
import { linearLevel } from '@ringdown/media'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { RtpCodec } from '../worker.port.ts'
import { loadOpus } from './opus-voice.ts'
import {
  createDecoder,
  createEncoder,
  createTranscoder,
  FrameDecoder,
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

  it('passes Opus on as it is, and has no shorter way from or to it than through samples', () => {
    expect(createTranscoder('opus', 'PCMU')).toBeUndefined()
    expect(createTranscoder('PCMU', 'opus')).toBeUndefined()
    const payload = Uint8Array.of(1, 2, 3)
    createTranscoder('opus', 'opus')!(payload)
    expect([...payload]).toEqual([1, 2, 3])
  })

  it('in Opus (RFC 6716) keeps its length and level, and survives what is no packet', async () => {
    await loadOpus()
    const encoder = new FrameEncoder()
    const decoder = new FrameDecoder()
    encoder.encode('opus', frameOf(0))
    decoder.decode('opus', Uint8Array.of(0xff, 1))
    await setImmediate()
    for (let n = 0; n < 20; n++) {
      const packet = encoder.encode('opus', frameOf(n))!
      expect(packet.length).toBeLessThan(160)
      const heard = decoder.decode('opus', packet)!
      expect(heard.length).toBe(FRAME)
      if (n > 3) expect(Math.abs(linearLevel(heard) - linearLevel(frameOf(n)))).toBeLessThan(1)
    }
    const longest = (SAMPLE_RATE * 120) / 1000
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), bytes => {
        expect(decoder.decode('opus', bytes)?.length ?? 0).toBeLessThanOrEqual(longest)
      }),
    )
    encoder.close()
    decoder.close()
  })
})
