import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addTicks, nextSequence, sequenceDistance, tickDistance } from './serial.ts'

const sequence = fc.integer({ min: 0, max: 0xffff })
const timestamp = fc.integer({ min: 0, max: 0xffffffff })

describe('RTP arithmetic', () => {
  it('wraps sequence numbers at 16 bits', () => {
    expect(nextSequence(0xffff)).toBe(0)
    expect(sequenceDistance(0xfffe, 1)).toBe(3)
    expect(sequenceDistance(1, 0xfffe)).toBe(-3)
  })

  it('wraps timestamps at 32 bits', () => {
    expect(addTicks(0xffffffff, 160)).toBe(159)
    expect(addTicks(0, -160)).toBe(0xffffff60)
    expect(tickDistance(0xffffffff, 159)).toBe(160)
  })

  it('finds again every step below half the range', () => {
    fc.assert(
      fc.property(sequence, fc.integer({ min: -32768, max: 32767 }), (from, step) => {
        expect(sequenceDistance(from, (from + step) & 0xffff)).toBe(step)
      }),
    )
    fc.assert(
      fc.property(timestamp, fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), (from, step) => {
        expect(tickDistance(from, addTicks(from, step))).toBe(step)
      }),
    )
  })
})
