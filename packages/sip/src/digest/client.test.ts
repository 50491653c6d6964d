import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { createTestRequest, createTestResponse } from '../testing/messages.ts'
import { parseAuthorization } from './authorization.ts'
import { answerChallenge, authorize, type DigestAnswer, takeNextNonce } from './client.ts'
import type { DigestSession } from './credentials.ts'
import type { DigestCrypto } from './digest.ts'

const crypto: DigestCrypto = {
  hashes: ['MD5', 'SHA-256'],
  hash: (hash, bytes) =>
    createHash(hash === 'MD5' ? 'md5' : 'sha256')
      .update(bytes)
      .digest('hex'),
}
const target = { method: 'INVITE', uri: 'sip:+15550100@sip.example.com', host: 'SIP.example.com' }
const credentials = [{ realm: 'example', host: 'sip.example.com', username: 'bob', password: 'secret' }]
const www = (rest: string, realm = 'example') => `WWW-Authenticate: Digest realm="${realm}", ${rest}`

function answer(headers: string[], sessions: readonly DigestSession[] = [], status = 401): DigestAnswer {
  const response = createTestResponse(createTestRequest(), status, { headers })
  return answerChallenge({ response, target, credentials, sessions, cnonce: 'c1', crypto })
}

const sent = (result: DigestAnswer) =>
  result.ok ? result.headers.map(({ name, value }) => ({ name, ...parseAuthorization(value) })) : result.error

const sessionsOf = (result: DigestAnswer) => (result.ok ? result.sessions : [])

describe('digest client (RFC 3261 §22, RFC 7616, RFC 8760)', () => {
  test('a 401 is answered in Authorization with qop, count and opaque', () => {
    expect(sent(answer([www('nonce="n", qop="auth,auth-int", opaque="o"')]))).toMatchObject([
      {
        name: 'Authorization',
        username: 'bob',
        nonce: 'n',
        uri: target.uri,
        algorithm: 'MD5',
        qop: 'auth',
        nc: '00000001',
        cnonce: 'c1',
        opaque: 'o',
      },
    ])
  })

  test('a 407 is answered in Proxy-Authorization (RFC 3261 §22.3)', () => {
    const headers = ['Proxy-Authenticate: Digest realm="example", nonce="n", qop="auth"']
    expect(sent(answer(headers, [], 407))).toMatchObject([{ name: 'Proxy-Authorization' }])
  })

  test.each([
    ['the strongest supported first', ['MD5', 'SHA-512-256', 'SHA-256'], 'SHA-256'],
    ['the order does not matter', ['SHA-256', 'MD5'], 'SHA-256'],
    ['the topmost of equals', ['SHA-256-sess', 'SHA-256'], 'SHA-256-sess'],
    ['unknown ones are passed over', ['SHA3-1024', 'md5'], 'md5'],
  ])('of several challenges of one realm: %s (RFC 8760 §2.4)', (_, algorithms, chosen) => {
    const lines = algorithms.map(algorithm => www(`nonce="n", qop="auth", algorithm=${algorithm}`))
    expect(sent(answer(lines))).toMatchObject([{ algorithm: chosen }])
  })

  test.each([
    ['digest.foreign-realm', [www('nonce="n"', 'elsewhere')]],
    ['digest.foreign-realm', [www('nonce="n"', 'EXAMPLE')]],
    ['digest.auth-int-only', [www('nonce="n", qop="auth-int"')]],
    ['digest.unsupported-qop', [www('nonce="n", qop="auth-new"')]],
    ['digest.unsupported-algorithm', [www('nonce="n", algorithm=AKAv1-MD5')]],
    ['digest.malformed', [www('nonce="n')]],
    ['digest.no-challenge', ['WWW-Authenticate: Basic realm="example"']],
    ['digest.no-challenge', ['Proxy-Authenticate: Digest realm="example", nonce="n"']],
  ])('refuses with %s: %s', (error, headers) => {
    expect(sent(answer(headers))).toBe(error)
  })

  test('credentials of another host are not sent, whatever realm it claims', () => {
    const response = createTestResponse(createTestRequest(), 401, { headers: [www('nonce="n"')] })
    const elsewhere = { ...target, host: 'evil.example.net' }
    const input = { response, target: elsewhere, credentials, sessions: [], cnonce: 'c', crypto }
    expect(sent(answerChallenge(input))).toBe('digest.foreign-host')
  })

  test('a session that was opened with one host is not used for another', () => {
    const sessions = sessionsOf(answer([www('nonce="n", qop="auth"')]))
    const elsewhere = { ...target, host: 'evil.example.net' }
    expect(authorize({ target: elsewhere, credentials, sessions, crypto }).headers).toEqual([])
  })

  test('of two realms only the one with a credential is answered (RFC 3261 §22.3)', () => {
    const lines = [www('nonce="n", qop="auth"', 'elsewhere'), www('nonce="m", qop="auth"')]
    expect(sent(answer(lines))).toMatchObject([{ realm: 'example', nonce: 'm' }])
  })

  test('the count goes up with each request of a nonce (RFC 7616 §3.4)', () => {
    const first = answer([www('nonce="n", qop="auth"')])
    const second = authorize({ target, credentials, sessions: sessionsOf(first), crypto })
    const third = authorize({ target, credentials, sessions: second.sessions, crypto })
    expect([second, third].map(sent)).toMatchObject([[{ nc: '00000002' }], [{ nc: '00000003' }]])
  })

  test('a realm that refuses a fresh answer is not answered again (RFC 3261 §22.1)', () => {
    const first = answer([www('nonce="n", qop="auth"')])
    expect(sent(answer([www('nonce="m", qop="auth"')], sessionsOf(first)))).toBe('digest.refused')
  })

  test('a stale nonce is replaced and counted from one, but not forever', () => {
    let last = answer([www('nonce="n0", qop="auth"')])
    for (const nonce of ['n1', 'n2', 'n3']) {
      last = answer([www(`nonce="${nonce}", qop="auth", stale=true`)], sessionsOf(last))
      expect(sent(last)).toMatchObject([{ nonce, nc: '00000001' }])
    }
    expect(sent(answer([www('nonce="n4", stale=true')], sessionsOf(last)))).toBe('digest.refused')
  })

  test('a nonce that served before may be replaced by a server that forgets to say stale, once', () => {
    const first = answer([www('nonce="n", qop="auth"')])
    const second = authorize({ target, credentials, sessions: sessionsOf(first), crypto })
    const third = answer([www('nonce="m", qop="auth"')], second.sessions)
    expect(sent(third)).toMatchObject([{ nonce: 'm', nc: '00000001' }])
    expect(sent(answer([www('nonce="l", qop="auth"')], sessionsOf(third)))).toBe('digest.refused')
  })

  test('Authentication-Info replaces the nonce and starts its count again (RFC 7616 §3.5)', () => {
    const first = answer([www('nonce="n", qop="auth"')])
    const response = createTestResponse(createTestRequest(), 200, {
      headers: ['Authentication-Info: nextnonce="next", qop=auth'],
    })
    const sessions = takeNextNonce({ response, host: target.host, sessions: sessionsOf(first) })
    expect(sent(authorize({ target, credentials, sessions, crypto }))).toMatchObject([
      { nonce: 'next', nc: '00000001' },
    ])
    const elsewhere = takeNextNonce({ response, host: 'x.example', sessions: sessionsOf(first) })
    expect(elsewhere).toEqual(sessionsOf(first))
  })

  test('what is remembered holds no password', () => {
    const first = answer([www('nonce="n", qop="auth"')])
    expect(JSON.stringify(sessionsOf(first))).not.toContain('secret')
  })
})
