import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addTicks } from '../rtp/serial.ts'
import { JitterBuffer, type Playout } from './jitter-buffer.ts'

const options = { clockRate: 8000, minimumMs: 40, maximumMs: 200 }

/** Packet n carries the value n + 1 in each of its samples. */
const packet = (n: number, length = 160) => new Int16Array(length).fill(n + 1)

function take(buffer: JitterBuffer, count: number): { values: number[]; playouts: Playout[] } {
  const values: number[] = []
  const playouts = Array.from({ length: count }, () => {
    const target = new Int16Array(buffer.frameSamples)
    const playout = buffer.take(target)
    values.push(target[0]!)
    return playout
  })
  return { values, playouts }
}

function put(buffer: JitterBuffer, order: number[], start = 0): void {
  for (const n of order) buffer.put(packet(n), addTicks(start, n * 160))
}

describe('jitter buffer', () => {
  it('is idle before the first packet', () => {
    expect(take(new JitterBuffer(options), 2)).toEqual({ values: [0, 0], playouts: ['idle', 'idle'] })
  })

  it.each([
    { title: 'in order', order: [0, 1, 2, 3], reordered: 0, duplicates: 0 },
    { title: 'out of order', order: [0, 3, 1, 2], reordered: 2, duplicates: 0 },
    { title: 'twice', order: [0, 1, 1, 2, 0, 3], reordered: 2, duplicates: 2 },
  ])('packets $title come out in order after the minimum delay', ({ order, reordered, duplicates }) => {
    const buffer = new JitterBuffer(options)
    put(buffer, order, 0xffffff00)
    expect(take(buffer, 6).values).toEqual([0, 0, 1, 2, 3, 4])
    expect(buffer.stats()).toMatchObject({ reordered, duplicates, late: 0 })
  })

  it('conceals a lost packet with the last one, fading, and flags it', () => {
    const buffer = new JitterBuffer({ ...options, minimumMs: 0 })
    put(buffer, [0, 2, 3])
    expect(take(buffer, 4)).toEqual({
      values: [1, 1, 3, 4],
      playouts: ['audio', 'concealed', 'audio', 'audio'],
    })
    expect(buffer.stats().concealedFrames).toBe(1)
  })

  it('drops a packet whose turn is over', () => {
    const buffer = new JitterBuffer({ ...options, minimumMs: 0 })
    put(buffer, [0, 2])
    take(buffer, 3)
    put(buffer, [1])
    expect(buffer.stats()).toMatchObject({ late: 1 })
  })

  it('waits for a packet that is late when nothing else is in hand: the delay grows by 20 ms', () => {
    const buffer = new JitterBuffer({ ...options, minimumMs: 0 })
    put(buffer, [0])
    expect(take(buffer, 2).playouts).toEqual(['audio', 'concealed'])
    put(buffer, [1, 2])
    expect(take(buffer, 2).values).toEqual([2, 3])
    expect(buffer.stats().late).toBe(0)
  })

  it('packets of 10, 30 and 60 ms become frames of 20 ms without loss', () => {
    for (const length of [80, 240, 480]) {
      const buffer = new JitterBuffer({ ...options, minimumMs: 0 })
      for (let at = 0; at < 1440; at += length) {
        buffer.put(
          Int16Array.from({ length }, (_, i) => at + i),
          at,
        )
      }
      const target = new Int16Array(160)
      const out = Array.from({ length: 9 }, () => {
        buffer.take(target)
        return [...target]
      }).flat()
      expect(out).toEqual(Array.from({ length: 1440 }, (_, i) => i))
    }
  })

  it('waits once for the rest of a frame, then plays the half', () => {
    const buffer = new JitterBuffer({ ...options, minimumMs: 0 })
    buffer.put(packet(0, 80), 0)
    expect(take(buffer, 1).playouts).toEqual(['concealed'])
    buffer.put(packet(1, 80), 80)
    expect(take(buffer, 1)).toEqual({ values: [1], playouts: ['audio'] })
    buffer.put(packet(2, 80), 160)
    expect(take(buffer, 2)).toEqual({ values: [1, 3], playouts: ['concealed', 'concealed'] })
    expect(buffer.stats().late).toBe(0)
  })

  it('gives delay back after two seconds of too much in hand, by one cross-faded frame', () => {
    const buffer = new JitterBuffer(options)
    put(buffer, [0, 1, 2, 3, 4])
    const depths = Array.from({ length: 250 }, (_, i) => {
      put(buffer, [5 + i])
      take(buffer, 1)
      return buffer.stats().depthMs
    })
    expect(depths[0]).toBe(140)
    expect(depths.at(-1)).toBe(100)
    expect(buffer.stats()).toMatchObject({ skippedMs: 40, concealedFrames: 0 })
  })

  it('never holds more than the maximum', () => {
    const buffer = new JitterBuffer(options)
    for (let n = 0; n < 40; n++) {
      put(buffer, [n])
      expect(buffer.stats().depthMs).toBeLessThanOrEqual(220)
    }
    expect(buffer.stats().skippedMs).toBeGreaterThan(0)
  })

  it('does not wait for what a silent sender never sent', () => {
    const buffer = new JitterBuffer(options)
    put(buffer, [0])
    take(buffer, 13)
    put(buffer, [10, 11])
    const { values, playouts } = take(buffer, 4)
    expect(values).toEqual([0, 0, 11, 12])
    expect(playouts).toEqual(['idle', 'idle', 'audio', 'audio'])
  })

  it('lets a packet in that is older than the first, while the first still waits', () => {
    const buffer = new JitterBuffer(options)
    put(buffer, [1, 0, 2])
    expect(take(buffer, 4)).toEqual({ values: [0, 1, 2, 3], playouts: ['idle', 'audio', 'audio', 'audio'] })
  })

  it('is idle after half a second without packets and starts over with the next', () => {
    const buffer = new JitterBuffer(options)
    put(buffer, [0])
    expect(take(buffer, 40).playouts.at(-1)).toBe('idle')
    buffer.put(packet(6), 5_000_000)
    expect(take(buffer, 3).values).toEqual([0, 0, 7])
  })

  it('starts over when the timestamps jump, and counts it', () => {
    const buffer = new JitterBuffer(options)
    put(buffer, [0, 1])
    buffer.put(packet(6), 3_000_000_000)
    expect(take(buffer, 3).values).toEqual([0, 0, 7])
    expect(buffer.stats().resets).toBe(1)
  })

  it('ignores packets without samples or of more than 200 ms', () => {
    const buffer = new JitterBuffer(options)
    buffer.put(new Int16Array(0), 0)
    buffer.put(new Int16Array(1601), 0)
    expect(buffer.stats().packets).toBe(0)
  })

  it.each([8000, 16000, 48000])('any order within the delay loses nothing, at %i Hz', clockRate => {
    const ticks = clockRate / 50
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 30, maxLength: 60 }), delays => {
        const buffer = new JitterBuffer({ clockRate, minimumMs: 60, maximumMs: 400 })
        const out: number[] = []
        buffer.put(packet(0, ticks), 0)
        for (let tick = 0; tick < delays.length + 6; tick++) {
          for (let n = 1; n < delays.length; n++) {
            if (n + delays[n]! === tick) buffer.put(packet(n, ticks), n * ticks)
          }
          const target = new Int16Array(ticks)
          if (buffer.take(target) === 'audio') out.push(target[0]!)
        }
        expect(out).toEqual(delays.map((_, n) => n + 1))
      }),
      { numRuns: 30 },
    )
  })

  it('refuses a target that is too short', () => {
    expect(() => new JitterBuffer(options).take(new Int16Array(159))).toThrow(RangeError)
  })
})
