import {
  answerChallenge,
  authorize,
  checkCredentials,
  createChallenges,
  createNonceCounts,
  createRequest,
  createResponse,
  type DigestHash,
  passwordHash,
} from '@ringdown/sip'
import { describe, expect, test } from 'vitest'
import { createDigestCrypto } from './digest-crypto.ts'

const crypto = createDigestCrypto()
const user = { username: 'bob', realm: 'phones', password: 'zanzibar' }
const uri = 'sip:phones.example'
const source = '2001:db8::1'
const register = createRequest({
  method: 'REGISTER',
  uri,
  from: { uri: 'sip:bob@phones.example', params: [{ name: 'tag', value: 'a' }] },
  to: { uri: 'sip:bob@phones.example', params: [] },
  callId: 'one',
  cseq: 1,
})

describe('digest over node:crypto', () => {
  test.each<DigestHash>(['MD5', 'SHA-256', 'SHA-512-256'])('client and server agree on %s', hash => {
    const policy = { realm: 'phones', as: 'server', hashes: [hash], nonceLifetime: 60_000 } as const
    const counts = createNonceCounts({ limit: 10, lifetime: policy.nonceLifetime })
    const passwordHashes = { [hash]: passwordHash({ ...user, hash, crypto }) }
    const headers = createChallenges({ policy, source, stale: false, now: 1000, crypto })
    const response = createResponse(register, 401, { toTag: 'b', headers })
    const credentials = [{ ...user, host: 'phones.example' }]
    const target = { method: 'REGISTER', uri, host: 'phones.example' }
    const first = answerChallenge({
      response,
      target,
      credentials,
      sessions: [],
      cnonce: crypto.newToken(),
      crypto,
    })
    if (!first.ok) throw new Error(first.error)
    const second = authorize({ target, credentials, sessions: first.sessions, crypto })
    const verdicts = [first, second, first].map(answer => {
      const request = { ...register, headers: [...register.headers, ...answer.headers] }
      return checkCredentials({ request, policy, source, passwordHashes, counts, now: 1001, crypto })
    })
    expect(verdicts).toEqual([
      { ok: true, username: 'bob' },
      { ok: true, username: 'bob' },
      { ok: false, refusal: 'digest.replay', challenge: { stale: true } },
    ])
  })

  test('another process takes the nonces of this one for stale, so that none is replayed there', () => {
    const policy = { realm: 'phones', as: 'server', hashes: ['MD5'], nonceLifetime: 60_000 } as const
    const headers = createChallenges({ policy, source, stale: false, now: 1000, crypto })
    const answer = answerChallenge({
      response: createResponse(register, 401, { toTag: 'b', headers }),
      target: { method: 'REGISTER', uri, host: 'phones.example' },
      credentials: [{ ...user, host: 'phones.example' }],
      sessions: [],
      cnonce: 'c',
      crypto,
    })
    if (!answer.ok) throw new Error(answer.error)
    const verdict = checkCredentials({
      request: { ...register, headers: [...register.headers, ...answer.headers] },
      policy,
      source,
      passwordHashes: { MD5: passwordHash({ ...user, hash: 'MD5', crypto }) },
      counts: createNonceCounts({ limit: 10, lifetime: policy.nonceLifetime }),
      now: 1001,
      crypto: createDigestCrypto(),
    })
    expect(verdict).toEqual({ ok: false, refusal: 'digest.stale', challenge: { stale: true } })
  })

  test('secrets of different length are different', () => {
    expect(crypto.sameSecret('a', 'ab')).toBe(false)
    expect(crypto.sameSecret('ab', 'ab')).toBe(true)
  })
})
