import { expect, test } from 'vitest'
import { backOffMs } from './back-off.rules.ts'

test.each([
  [0, 150],
  [1, 300],
  [2, 600],
  [3, 1_000],
  [40, 1_000],
])('try %i waits %i ms at most', (attempt, ms) => {
  expect(backOffMs({ attempt, random: 0 })).toBe(ms)
})

test('takes up to a third off, so that consoles do not return in one moment', () => {
  expect(backOffMs({ attempt: 0, random: 0.999 })).toBeGreaterThanOrEqual(100)
  expect(backOffMs({ attempt: 0, random: 0.999 })).toBeLessThan(150)
})

test('the first three waits fit into the two seconds in which an operator must be back', () => {
  const ms = [0, 1, 2].map(attempt => backOffMs({ attempt, random: 0 }))
  expect(ms.reduce((sum, one) => sum + one)).toBeLessThan(2_000)
})
