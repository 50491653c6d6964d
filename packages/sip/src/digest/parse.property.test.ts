import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseAuthorization, serializeAuthorization } from './authorization.ts'
import { parseChallenges, serializeChallenge } from './challenge.ts'

const text = fc.string({ unit: 'binary', maxLength: 30 })
const piece = fc.constantFrom(
  'Digest ',
  'realm',
  'nonce',
  '=',
  '"',
  '\\',
  ',',
  ' ',
  'qop',
  'x',
  '\u00fc',
  '<',
)
const garbage = fc.array(piece, { maxLength: 60 }).map(pieces => pieces.join(''))

test('whatever is written as a challenge is read as it was (RFC 7616 §3.3)', () => {
  const challenge = fc.record({
    realm: text,
    nonce: text,
    algorithm: fc.constantFrom('MD5', 'SHA-256', 'SHA-512-256-sess'),
    opaque: text,
    stale: fc.boolean(),
    qop: fc.subarray(['auth', 'auth-int']),
    others: fc.constant([]),
  })
  fc.assert(
    fc.property(challenge, made => {
      expect(parseChallenges(serializeChallenge(made))).toEqual([made])
    }),
  )
})

test('whatever is written as credentials is read as it was (RFC 7616 §3.4)', () => {
  const credentials = fc.record({
    username: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 }),
    realm: text,
    nonce: text,
    uri: text,
    response: fc.constant('0'.repeat(64)),
    algorithm: fc.constant('SHA-256'),
    cnonce: text,
    qop: fc.constant('auth'),
    nc: fc.constant('000000ff'),
    userhash: fc.boolean(),
  })
  fc.assert(
    fc.property(credentials, made => {
      expect(parseAuthorization(serializeAuthorization(made))).toEqual(made)
    }),
  )
})

test('no text makes the readers throw', () => {
  fc.assert(
    fc.property(garbage, value => {
      parseChallenges(value)
      parseAuthorization(`Digest ${value}`)
    }),
  )
})
