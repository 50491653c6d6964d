import { describe, expect, it } from 'vitest'
import type { AudioFrame, EncodedFrame, LinearFrame } from '../frame.ts'
import { decodeG711, encodeG711, transcodeG711 } from '../g711.ts'
import { Converter } from './converter.ts'

const ramp = Int16Array.from({ length: 160 }, (_, i) => i * 100)
const muLaw: EncodedFrame = {
  codec: 'PCMU',
  clockRate: 8000,
  timestamp: 800,
  payload: encodeG711('PCMU', ramp),
}

describe('converter', () => {
  it('passes frames on untouched where codec and rate agree', () => {
    const converter = new Converter({ codec: 'PCMU', clockRate: 8000 })
    expect(converter.process(muLaw)[0]).toBe(muLaw)
    expect(converter.stats()).toEqual({ passed: 1, converted: 0, refused: 0 })
  })

  it.each<{ title: string; to: 'PCMA' | 'L16'; expected: AudioFrame }>([
    {
      title: 'between the laws code by code',
      to: 'PCMA',
      expected: { ...muLaw, codec: 'PCMA', payload: transcodeG711('PCMU', 'PCMA', muLaw.payload) },
    },
    {
      title: 'to linear',
      to: 'L16',
      expected: { codec: 'L16', clockRate: 8000, timestamp: 800, samples: decodeG711('PCMU', muLaw.payload) },
    },
  ])('converts $title', ({ to, expected }) => {
    expect(new Converter({ codec: to, clockRate: 8000 }).process(muLaw)).toEqual([expected])
  })

  it('converts linear audio of another rate to G.711', () => {
    const converter = new Converter({ codec: 'PCMU', clockRate: 8000 })
    const frame: LinearFrame = {
      codec: 'L16',
      clockRate: 24000,
      timestamp: 0,
      samples: new Int16Array(480).fill(1000),
    }
    const frames = [0, 480, 960].flatMap(timestamp => converter.process({ ...frame, timestamp }))
    expect(frames.map(({ codec, timestamp }) => [codec, timestamp])).toEqual([
      ['PCMU', 0],
      ['PCMU', 160],
      ['PCMU', 320],
    ])
    const last = frames[2] as EncodedFrame
    expect(last.payload).toEqual(encodeG711('PCMU', new Int16Array(160).fill(1000)))
  })

  it('carries gaps in the timestamps over to the other clock, across the wraparound', () => {
    const converter = new Converter({ codec: 'L16', clockRate: 16000 })
    const timestamps = [4294967200, 64, 1664]
    const out = timestamps.flatMap(timestamp => converter.process({ ...muLaw, timestamp }))
    expect(out.map(frame => frame.timestamp)).toEqual([4294967200, 224, 3424])
  })

  it('leaves out what it cannot decode', () => {
    const converter = new Converter({ codec: 'PCMU', clockRate: 8000 })
    expect(converter.process({ ...muLaw, codec: 'opus', clockRate: 48000 })).toEqual([])
    expect(converter.stats().refused).toBe(1)
  })
})
