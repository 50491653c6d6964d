import { expect, test } from 'vitest'
import { agoText, clockText, isoDuration } from './duration.rules.ts'

test.each([
  [-5_000, '0:00'],
  [7_999, '0:07'],
  [61_000, '1:01'],
  [3_599_000, '59:59'],
  [3_723_000, '1:02:03'],
])('%i ms on the clock are %s', (ms, text) => {
  expect(clockText(ms)).toBe(text)
})

test('durations are machine-readable too', () => {
  expect(isoDuration(61_500)).toBe('PT61S')
})

test.each([
  ['en', 10_000, 'now'],
  ['en', 4 * 60_000, '4 min. ago'],
  ['en', 2 * 3_600_000, '2 hr. ago'],
  ['es', 4 * 60_000, 'hace 4 min'],
  ['es', 24 * 3_600_000, 'ayer'],
])('in %s, %i ms ago reads "%s"', (language, ms, text) => {
  expect(agoText({ ms, language })).toBe(text)
})
