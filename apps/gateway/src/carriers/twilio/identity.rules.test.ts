import { describe, expect, test } from 'vitest'
import { identityOf } from './identity.rules.ts'

// Every value of https://www.twilio.com/docs/voice/trusted-calling-with-shakenstir, and none.
const ways = ['', '-Diverted', '-Passthrough']
const levels = ['A', 'B', 'C'] as const

describe('what Twilio proved about a caller', () => {
  test.each(
    ways.flatMap(way => levels.map(level => [`TN-Validation-Passed-${level}${way}`, level] as const)),
  )('%s is %s', (verstat, identity) => expect(identityOf({ verstat })).toBe(identity))

  test.each(ways.flatMap(way => levels.map(level => `TN-Validation-Failed-${level}${way}`)))(
    '%s is failed, whatever level was claimed',
    verstat => expect(identityOf({ verstat })).toBe('failed'),
  )

  test.each([
    ['TN-Validation-Failed', 'failed'],
    ['No-TN-Validation', 'unverified'],
    ['NULL', 'unverified'],
    ['', null],
    ['TN-Validation-Passed-Z', null],
    [undefined, null],
  ])('%s is %s', (verstat, identity) => expect(identityOf({ verstat })).toBe(identity))
})
