import { expect, test } from 'vitest'
import { endingTone, endingWords } from './ending-tone.rules.ts'

test.each([
  [{ result: 'completed', reason: 'hung-up-by-caller' }, 'good'],
  [{ result: 'caller', reason: 'abandoned' }, 'missed'],
  [{ result: 'upstream', reason: 'wait-limit' }, 'missed'],
  [{ result: 'caller', reason: 'busy' }, 'missed'],
  [{ result: 'operator', reason: 'canceled' }, 'missed'],
  [{ result: 'upstream', reason: 'number-unknown' }, 'trouble'],
  [{ result: 'upstream', reason: 'media-lost' }, 'trouble'],
  [{ result: 'internal', reason: 'internal-error' }, 'trouble'],
] as const)('%o reads as %s', (ending, tone) => {
  expect(endingTone(ending)).toBe(tone)
})

test('whoever hung up outside was no caller where we called', () => {
  const ending = { result: 'completed', reason: 'hung-up-by-caller' } as const
  expect(endingWords({ direction: 'in', ending })).toBe('hung-up-by-caller')
  expect(endingWords({ direction: 'out', ending })).toBe('hung-up-outside')
  expect(endingWords({ direction: 'out', ending: { result: 'caller', reason: 'busy' } })).toBe('busy')
})
