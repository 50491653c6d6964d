import { describe, expect, test } from 'vitest'
import { parseAuthorization, serializeAuthorization } from './authorization.ts'
import { parseChallenges, serializeChallenge } from './challenge.ts'
import { nextNonceOf, serializeNextNonce } from './info.ts'

describe('challenges (RFC 3261 §20.44, RFC 7616 §3.3)', () => {
  test('the example of RFC 3261 §20.44 is read', () => {
    const value =
      'Digest realm="atlanta.com", domain="sip:boxesbybob.com", qop="auth",' +
      ' nonce="f84f1cec41e6cbe5aea9c8e88d359", opaque="", stale=FALSE, algorithm=MD5'
    expect(parseChallenges(value)).toEqual([
      {
        realm: 'atlanta.com',
        nonce: 'f84f1cec41e6cbe5aea9c8e88d359',
        algorithm: 'MD5',
        opaque: '',
        stale: false,
        qop: ['auth'],
        others: [{ name: 'domain', value: 'sip:boxesbybob.com' }],
      },
    ])
  })

  test('commas, escapes and angle brackets within quotes, blanks around "=", unknown parameters and any case are read', () => {
    const value =
      'dIgEsT   REALM  =  "a, \\"b\\" <c", Nonce="n,=;\\\\", qop="auth,auth-int", x-new=1 , ,y="p, q", Stale=TRUE'
    expect(parseChallenges(value)).toEqual([
      {
        realm: 'a, "b" <c',
        nonce: 'n,=;\\',
        algorithm: 'MD5',
        stale: true,
        qop: ['auth', 'auth-int'],
        others: [
          { name: 'x-new', value: '1' },
          { name: 'y', value: 'p, q' },
        ],
      },
    ])
  })

  test('several challenges in one line are told apart, and other schemes are left out', () => {
    const value =
      'Basic realm="x", Digest realm="a", nonce="1", algorithm=SHA-256, Bearer realm="z", Digest nonce="2", realm="b"'
    expect(parseChallenges(value)?.map(({ realm, nonce }) => [realm, nonce])).toEqual([
      ['a', '1'],
      ['b', '2'],
    ])
  })

  test('a scheme without parameters is left out', () => {
    expect(parseChallenges('NTLM')).toEqual([])
  })

  test.each([
    ['no realm', 'Digest nonce="1"'],
    ['no nonce', 'Digest realm="1"'],
    ['a quote that never closes', 'Digest realm="a, nonce="1"'],
    ['text behind a quoted string', 'Digest realm="a"b, nonce="1"'],
    ['a parameter twice', 'Digest realm="a", nonce="1", realm="b"'],
    ['a parameter without value', 'Digest realm="a", nonce="1", stale'],
    ['parameters without a scheme', 'realm="a", nonce="1"'],
    ['too many parameters', `Digest realm="a", nonce="1"${', x=1'.repeat(60)}`],
  ])('malformed: %s', (_, value) => {
    expect(parseChallenges(value)).toBeUndefined()
  })

  test('what is written is read as it was', () => {
    const challenge = {
      realm: 'tele "phones", all\\',
      nonce: 'a.b.c',
      algorithm: 'SHA-256',
      opaque: 'o',
      stale: true,
      qop: ['auth'],
      others: [{ name: 'charset', value: 'UTF-8' }],
    }
    expect(parseChallenges(serializeChallenge(challenge))).toEqual([challenge])
  })
})

describe('credentials (RFC 3261 §20.7, RFC 7616 §3.4)', () => {
  const credentials = {
    username: 'bob "b", Böb',
    realm: 'r',
    nonce: 'n',
    uri: 'sip:bob@biloxi.com',
    response: '0'.repeat(32),
    algorithm: 'MD5',
    opaque: 'o',
    cnonce: 'c',
    qop: 'auth',
    nc: '0000000a',
    userhash: false,
  }

  test('what is written is read as it was', () => {
    expect(parseAuthorization(serializeAuthorization(credentials))).toEqual(credentials)
  })

  test('a name with control characters travels as username* (RFC 7616 §3.4)', () => {
    const named = { ...credentials, username: 'a\u0007ü' }
    const value = serializeAuthorization(named)
    expect(value).toContain("username*=UTF-8''a%07%C3%BC")
    expect(parseAuthorization(value)).toEqual(named)
  })

  test.each([
    ['a response that is no hash', 'response="xyz"'],
    ['no response', 'x=1'],
    ['a short nonce count', `response="${'0'.repeat(32)}", nc=1`],
    ['both user names', `response="${'0'.repeat(32)}", username*=UTF-8''b`],
    ['two credentials in one line', `response="${'0'.repeat(32)}", Digest realm="x"`],
  ])('malformed: %s', (_, rest) => {
    expect(
      parseAuthorization(`Digest username="b", realm="r", nonce="n", uri="sip:b", ${rest}`),
    ).toBeUndefined()
  })
})

test('Authentication-Info hands out the next nonce (RFC 7616 §3.5)', () => {
  expect(nextNonceOf(serializeNextNonce('next "one"'))).toBe('next "one"')
  expect(nextNonceOf('qop=auth, rspauth="00", cnonce="x", nc=00000001')).toBeUndefined()
  expect(nextNonceOf('nextnonce="')).toBeUndefined()
})
