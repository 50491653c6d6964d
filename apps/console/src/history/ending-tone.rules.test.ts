import { expect, test } from 'vitest'
import { endingTone } from './ending-tone.rules.ts'

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
