import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { DigestCrypto, DigestHash } from './digest.ts'
import { digestResponse, nonceCount, passwordHash } from './response.ts'

const names: Record<DigestHash, string> = { MD5: 'md5', 'SHA-256': 'sha256', 'SHA-512-256': 'sha512-256' }
const crypto: DigestCrypto = {
  hashes: ['MD5', 'SHA-256', 'SHA-512-256'],
  hash: (hash, bytes) => createHash(names[hash]).update(bytes).digest('hex'),
}

const of7616 = {
  username: 'Mufasa',
  password: 'Circle of Life',
  realm: 'http-auth@example.org',
  uri: '/dir/index.html',
  nonce: '7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v',
  cnonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ',
}
const jason = {
  username: 'J\u00e4s\u00f8n Doe',
  password: 'Secret, or not?',
  realm: 'api@example.org',
  uri: '/doe.json',
  nonce: '5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK',
  cnonce: 'NTg6RKcb9boFIAS3KrFK9BGeh+iDa/sm6jUMp2wds69v',
}

function responseOf(vector: typeof of7616, hash: DigestHash): string {
  const { uri, nonce, cnonce } = vector
  const known = passwordHash({ ...vector, hash, crypto })
  const protection = { nc: nonceCount(1), cnonce }
  return digestResponse({ hash, passwordHash: known, method: 'GET', uri, nonce, protection }, crypto)
}

describe('digest responses', () => {
  test('MD5 of RFC 7616 §3.9.1', () => {
    expect(responseOf(of7616, 'MD5')).toBe('8ca523f5e9506fed4657c9700eebdbec')
  })

  test('SHA-256 of RFC 7616 §3.9.1', () => {
    expect(responseOf(of7616, 'SHA-256')).toBe(
      '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1',
    )
  })

  // The text of the RFC used SHA-512 cut off; erratum 4897 has the right value.
  test('SHA-512-256 with UTF-8 of RFC 7616 §3.9.2, as corrected by erratum 4897', () => {
    expect(responseOf(jason, 'SHA-512-256')).toBe(
      '3798d4131c277846293534c3edc11bd8a5e4cdcbff78b05db9d95eeb1cec68a5',
    )
  })

  test('a server without qop gets the response of RFC 2069', () => {
    const known = passwordHash({ ...of7616, hash: 'MD5', crypto })
    const md5 = (text: string) => createHash('md5').update(text).digest('hex')
    const expected = md5(`${known}:n:${md5('REGISTER:sip:b')}`)
    const parts = { hash: 'MD5', passwordHash: known, method: 'REGISTER', uri: 'sip:b', nonce: 'n' } as const
    expect(digestResponse(parts, crypto)).toBe(expected)
  })

  test('a session hashes the first nonces into the secret (RFC 7616 §3.4.2)', () => {
    const md5 = (text: string) => createHash('md5').update(text).digest('hex')
    const parts = {
      hash: 'MD5',
      passwordHash: 'p',
      method: 'INVITE',
      uri: 'sip:b',
      nonce: 'second',
      protection: { nc: '00000001', cnonce: 'c' },
      session: { nonce: 'first', cnonce: 'c' },
    } as const
    expect(digestResponse(parts, crypto)).toBe(
      md5(`${md5('p:first:c')}:second:00000001:c:auth:${md5('INVITE:sip:b')}`),
    )
  })
})
