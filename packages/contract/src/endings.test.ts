import { expect, test } from 'vitest'
import { endingReason, outgoingStatusOf } from './endings.ts'

test.each([
  ['busy', 'busy'],
  ['declined', 'busy'],
  ['no-answer', 'no-answer'],
  ['canceled', 'canceled'],
  ['number-unknown', 'failed'],
  ['carrier-failed', 'failed'],
  ['credentials-refused', 'failed'],
  ['media-lost', 'failed'],
  ['shutdown', 'failed'],
] as const)('a call that we made and that ended because of %s: %s', (reason, status) => {
  expect(outgoingStatusOf({ result: 'upstream', reason })).toBe(status)
})

test('a call that we made and on which they talked is completed, whatever ended it', () => {
  for (const reason of endingReason.options)
    expect(outgoingStatusOf({ result: 'completed', reason })).toBe('completed')
})
