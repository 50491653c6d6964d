import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Pacer } from './pacer.ts'

describe('pacer', () => {
  it.each([
    { title: 'a frame every 20 ms', calls: [0, 20, 40], due: [1, 1, 1], skipped: 0 },
    { title: 'nothing in between', calls: [0, 10, 19, 20], due: [1, 0, 0, 1], skipped: 0 },
    {
      title: 'a late timer does not shift the ones behind it',
      calls: [0, 33, 40],
      due: [1, 1, 1],
      skipped: 0,
    },
    { title: 'it catches up a little', calls: [0, 65], due: [1, 3], skipped: 0 },
    { title: 'it gives up what is too old', calls: [0, 1000, 1020], due: [1, 3, 1], skipped: 47 },
  ])('$title', ({ calls, due, skipped }) => {
    const pacer = new Pacer({ catchUpFrames: 3 })
    expect(calls.map(now => pacer.due(now))).toEqual(due)
    expect(pacer.stats().skipped).toBe(skipped)
  })

  it('frames and given-up frames together are the time that passed', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 200, noNaN: true }), { minLength: 1 }), waits => {
        const pacer = new Pacer({ catchUpFrames: 4 })
        let now = 12345
        pacer.due(now)
        for (const wait of waits) {
          now += wait
          expect(pacer.due(now)).toBeLessThanOrEqual(4)
        }
        const { frames, skipped } = pacer.stats()
        expect(frames + skipped).toBe(Math.floor((now - 12345) / 20) + 1)
      }),
    )
  })

  it('starts anew after a restart, without catching up', () => {
    const pacer = new Pacer({ catchUpFrames: 3 })
    pacer.due(0)
    pacer.restart()
    expect(pacer.nextAt).toBeUndefined()
    expect(pacer.due(5000)).toBe(1)
    expect(pacer.nextAt).toBe(5020)
  })
})
