import { describe, expect, test } from 'vitest'
import { growthOf, judgeGrowth } from './growth.ts'

describe('growth of a process from batch to batch', () => {
  /** Batches after which control held this much, MB. */
  const held = (...used: number[]) => {
    const worker = { used: 50, resident: 120 }
    return used.map(each => ({ control: { used: each, resident: 200 }, worker }))
  }
  const judged = (weights: ReturnType<typeof held>) => judgeGrowth(growthOf(weights))

  test.each([
    ['few batches', [50, 60, 70, 80, 90, 100]],
    ['code that is compiled at first', [40, 60, 70, 75, 76, 76.2, 76.4, 76.5]],
    ['one batch that was heavier', [50, 50, 50, 50, 50, 90, 50.1, 50.2]],
    ['garbage of a batch that is collected with the next', [50, 53, 50, 53, 50, 53, 50, 53]],
  ])('is none: %s', (_, used) => {
    expect(judged(held(...used))).toEqual([])
  })

  test('is told where each batch leaves something behind', () => {
    expect(judged(held(50, 51.4, 52.8, 54.2, 55.6, 57, 58.4, 59.8))).toEqual([
      'control grows by 1.4 MB (used) with each batch',
    ])
  })
})
