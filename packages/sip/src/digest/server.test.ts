import { createHash, createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { SipRequest } from '../message/message.ts'
import { createTestRequest } from '../testing/messages.ts'
import { parseAuthorization, serializeAuthorization } from './authorization.ts'
import { parseChallenges } from './challenge.ts'
import type { DigestAuthorization, DigestHash } from './digest.ts'
import { createNonceCounts } from './nonce-counts.ts'
import { digestResponse, passwordHash } from './response.ts'
import { checkCredentials, createChallenges, type DigestServerCrypto, readCredentials } from './server.ts'

let tokens = 0
const crypto: DigestServerCrypto = {
  hashes: ['MD5', 'SHA-256'],
  hash: (hash, bytes) =>
    createHash(hash === 'MD5' ? 'md5' : 'sha256')
      .update(bytes)
      .digest('hex'),
  mac: text => createHmac('sha256', 'key').update(text).digest('base64url'),
  newToken: () => `t${tokens++}`,
  sameSecret: (one, other) => one === other,
}
const policy = {
  realm: 'phones',
  as: 'server',
  hashes: ['MD5', 'SHA-256'],
  nonceLifetime: 60_000,
} as const
const user = { username: 'bob', realm: 'phones', password: 'secret' }
const source = '192.0.2.1'
const START = 1_000_000

const hashOf = (hash: DigestHash) => passwordHash({ ...user, hash, crypto })
const passwordHashes = { MD5: hashOf('MD5'), 'SHA-256': hashOf('SHA-256') }

function nonceAt(now: number, from = source): string {
  const value = createChallenges({ policy, source: from, stale: false, now, crypto })[0]!.value
  return parseChallenges(value)![0]!.nonce
}

interface Attempt {
  readonly nonce: string
  readonly nc?: string
  readonly password?: string
  readonly hash?: DigestHash
  readonly change?: Partial<DigestAuthorization>
}

function request({ nonce, nc = '00000001', password, hash = 'SHA-256', change }: Attempt): SipRequest {
  const bare = createTestRequest({ method: 'REGISTER' })
  const known = passwordHash({ ...user, password: password ?? user.password, hash, crypto })
  const uri = change?.uri ?? bare.uri
  const parts = { hash, passwordHash: known, method: 'REGISTER', uri, nonce }
  const response = digestResponse({ ...parts, protection: { nc, cnonce: 'c' } }, crypto)
  const value = serializeAuthorization({
    username: 'bob',
    realm: 'phones',
    nonce,
    uri,
    response,
    algorithm: hash,
    cnonce: 'c',
    qop: 'auth',
    nc,
    userhash: false,
    ...change,
  })
  return { ...bare, headers: [...bare.headers, { name: 'Authorization', value }] }
}

const newCounts = () => createNonceCounts({ limit: 100, lifetime: policy.nonceLifetime })

function check(made: SipRequest, over: Partial<Parameters<typeof checkCredentials>[0]> = {}) {
  const base = { policy, source, passwordHashes, counts: newCounts(), now: START + 10, crypto }
  return checkCredentials({ ...base, request: made, ...over })
}

describe('digest server (RFC 3261 §22.4, RFC 7616, RFC 8760)', () => {
  test('one challenge per hash, strongest first, with qop auth and one nonce (RFC 8760 §2.3)', () => {
    const lines = createChallenges({ policy, source, stale: true, now: START, crypto })
    const challenges = lines.flatMap(line => parseChallenges(line.value)!)
    expect(challenges.map(({ algorithm }) => algorithm)).toEqual(['SHA-256', 'MD5'])
    expect(challenges.every(({ qop, stale }) => qop.join() === 'auth' && stale)).toBe(true)
    expect(new Set(challenges.map(({ nonce }) => nonce)).size).toBe(1)
  })

  test.each<DigestHash>(['MD5', 'SHA-256'])('right credentials with %s are taken', hash => {
    expect(check(request({ nonce: nonceAt(START), hash }))).toEqual({ ok: true, username: 'bob' })
  })

  test('a request without credentials for our realm is challenged (RFC 3261 §22.3)', () => {
    const missing = { ok: false, refusal: 'digest.missing', challenge: { stale: false } }
    expect(check(createTestRequest())).toEqual(missing)
    expect(check(request({ nonce: 'n', change: { realm: 'elsewhere' } }))).toEqual(missing)
  })

  test('a wrong password and an unknown user are refused alike', () => {
    const refused = { ok: false, refusal: 'digest.credentials', challenge: { stale: false } }
    expect(check(request({ nonce: nonceAt(START), password: 'guess' }))).toEqual(refused)
    expect(check(request({ nonce: nonceAt(START) }), { passwordHashes: undefined })).toEqual(refused)
    expect(check(request({ nonce: nonceAt(START) }), { passwordHashes: {} })).toEqual(refused)
  })

  test.each<[string, Partial<DigestAuthorization>]>([
    ['digest.auth-int', { qop: 'auth-int' }],
    ['digest.qop', { qop: 'auth-new' }],
    ['digest.userhash', { userhash: true }],
    ['digest.algorithm', { algorithm: 'SHA-256-sess' }],
    ['digest.algorithm', { algorithm: 'SHA-512-256' }],
    ['digest.uri', { uri: 'sip:+15550199@192.0.2.2' }],
    ['digest.uri', { uri: 'sips:+15550100@192.0.2.2' }],
  ])('%s is refused without a new challenge (RFC 7616 §3.4)', (refusal, change) => {
    expect(check(request({ nonce: nonceAt(START), change }))).toEqual({ ok: false, refusal })
  })

  test('credentials without qop, which nothing protects against replay, are refused', () => {
    const made = request({ nonce: nonceAt(START) })
    const headers = made.headers.map(h => ({ ...h, value: h.value.replace(', qop=auth', '') }))
    expect(check({ ...made, headers })).toEqual({ ok: false, refusal: 'digest.no-qop' })
  })

  test('malformed credentials are refused', () => {
    const bare = createTestRequest({ headers: ['Authorization: Digest realm="phones", nonce'] })
    expect(check(bare)).toEqual({ ok: false, refusal: 'digest.malformed' })
  })

  test('a URI that differs in port and parameters names the same target (RFC 7616 §3.4.6)', () => {
    const change = { uri: 'sip:+15550100@192.0.2.2:5060;transport=tcp' }
    expect(check(request({ nonce: nonceAt(START), change })).ok).toBe(true)
  })

  test.each([
    ['expired', nonceAt(START - 60_000)],
    ['of another source', nonceAt(START, '192.0.2.7')],
    ['from the future', nonceAt(START + 1000)],
    ['not ours', 'abc.def.ghi'],
  ])('a nonce that is %s is stale when the response is right, and only then (RFC 7616 §3.3)', (_, nonce) => {
    expect(check(request({ nonce }))).toMatchObject({ refusal: 'digest.stale', challenge: { stale: true } })
    expect(check(request({ nonce, password: 'x' }))).toMatchObject({ refusal: 'digest.credentials' })
  })

  test('a repeated count is a replay; overtaken counts are taken once (RFC 7616 §3.4)', () => {
    const counts = newCounts()
    const nonce = nonceAt(START)
    const outcomes = ['00000001', '00000005', '00000003', '00000003', '00000001', '00000060', '00000006']
      .map(nc => check(request({ nonce, nc }), { counts }))
      .map(verdict => (verdict.ok ? 'ok' : verdict.refusal))
    const replay = 'digest.replay'
    expect(outcomes).toEqual(['ok', 'ok', 'ok', replay, replay, 'ok', replay])
  })

  test('whose password is needed is read before it is looked up', () => {
    expect(readCredentials(request({ nonce: 'n' }), policy)).toMatchObject({ username: 'bob' })
    expect(parseAuthorization('Digest realm="phones"')).toBeUndefined()
  })
})

describe('memory of nonce counts', () => {
  const use = (counts: ReturnType<typeof newCounts>, nonce: string, issuedAt: number, now = issuedAt) =>
    counts.use({ nonce, count: 1, issuedAt, now })

  test('a nonce that had to be dropped cannot be replayed', () => {
    const counts = createNonceCounts({ limit: 2, lifetime: 1000 })
    expect(['a', 'b', 'c'].map((nonce, i) => use(counts, nonce, i))).toEqual(['fresh', 'fresh', 'fresh'])
    expect(counts.size()).toBe(2)
    expect(use(counts, 'a', 0, 3)).toBe('forgotten')
    expect(use(counts, 'b', 1, 3)).toBe('replayed')
  })

  test('expired nonces make room', () => {
    const counts = createNonceCounts({ limit: 10, lifetime: 1000 })
    for (let i = 0; i < 5; i++) use(counts, `n${i}`, i)
    expect(use(counts, 'late', 5000)).toBe('fresh')
    expect(counts.size()).toBe(1)
  })
})
