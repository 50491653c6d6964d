import { endingReason } from '@ringdown/contract'
import { expect, test } from 'vitest'
import { statusOfEnding } from './sip-statuses.rules.ts'

test.each(endingReason.options)('an INVITE that is not answered because of %s gets a failure', reason => {
  const status = statusOfEnding({ result: 'internal', reason })
  expect(status).toBeGreaterThanOrEqual(400)
  expect(status).toBeLessThan(600)
})
