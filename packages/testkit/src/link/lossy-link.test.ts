import { describe, expect, it } from 'vitest'
import { createLossyLink, type LossyLinkOptions } from './lossy-link.ts'

function through(options: LossyLinkOptions, count = 10_000) {
  const link = createLossyLink<number>(options)
  const arrived = Array.from({ length: count }, (_, i) => link.pass(i)).flat()
  return { arrived, stats: link.stats() }
}

describe('a lossy link', () => {
  it('passes everything in order unless told otherwise', () => {
    expect(through({}, 5).arrived).toEqual([0, 1, 2, 3, 4])
  })

  it.each([0.01, 0.1, 0.5])('loses the share %d', loss => {
    const { arrived, stats } = through({ loss })
    expect(arrived.length).toBe(10_000 - stats.lost)
    expect(Math.abs(stats.lost / 10_000 - loss)).toBeLessThan(0.02)
  })

  it('repeats datagrams and loses none', () => {
    const { arrived, stats } = through({ duplicates: 0.1 })
    expect(new Set(arrived).size).toBe(10_000)
    expect(arrived.length).toBe(10_000 + stats.duplicated)
    expect(Math.abs(stats.duplicated - 1000)).toBeLessThan(200)
  })

  it('delivers a late datagram behind its successor', () => {
    const { arrived, stats } = through({ reordering: 0.1 })
    const swapped = arrived.filter((value, i) => i > 0 && value < arrived[i - 1]!).length
    expect(swapped).toBeGreaterThan(700)
    expect(swapped).toBeLessThanOrEqual(stats.reordered)
    expect(new Set(arrived).size).toBeGreaterThanOrEqual(9_999)
  })

  it('makes the same mistakes for the same seed and others for another', () => {
    const options = { loss: 0.2, reordering: 0.2, seed: 7 }
    expect(through(options).arrived).toEqual(through(options).arrived)
    expect(through(options).arrived).not.toEqual(through({ ...options, seed: 8 }).arrived)
  })
})
