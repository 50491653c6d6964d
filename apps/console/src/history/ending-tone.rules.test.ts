import { expect, test } from 'vitest'
import { endingTone } from './ending-tone.rules.ts'

test.each([
  [{ result: 'completed', reason: 'hung-up-by-caller' }, 'good'],
  [{ result: 'caller', reason: 'abandoned' }, 'missed'],
  [{ result: 'upstream', reason: 'wait-limit' }, 'missed'],
  [{ result: 'upstream', reason: 'media-lost' }, 'trouble'],
  [{ result: 'internal', reason: 'internal-error' }, 'trouble'],
] as const)('%o reads as %s', (ending, tone) => {
  expect(endingTone(ending)).toBe(tone)
})
