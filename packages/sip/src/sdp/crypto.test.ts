import { describe, expect, test } from 'vitest'
import { parseCrypto } from './crypto.ts'

const KEY = 'PS1uQCVeeCFCanVmcjkpPywjNWhcYD0mXXtxaVBR'
const LONG = 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKis='

describe('a crypto attribute (RFC 4568 §9.1)', () => {
  test.each([
    [
      'plain',
      `1 AES_CM_128_HMAC_SHA1_80 inline:${KEY}`,
      { tag: 1, suite: 'AES_CM_128_HMAC_SHA1_80', key: KEY },
    ],
    [
      'with another suite (§6.2.2)',
      `2 AES_CM_128_HMAC_SHA1_32 inline:${KEY}`,
      { tag: 2, suite: 'AES_CM_128_HMAC_SHA1_32', key: KEY },
    ],
    [
      'with AES-256-GCM (RFC 7714 §14.2)',
      `3 AEAD_AES_256_GCM inline:${LONG}`,
      { tag: 3, suite: 'AEAD_AES_256_GCM', key: LONG },
    ],
    [
      'with its padding left out',
      `3 AEAD_AES_256_GCM inline:${LONG.slice(0, -1)}`,
      { tag: 3, suite: 'AEAD_AES_256_GCM', key: LONG },
    ],
    ['with a lifetime (§6.1)', `1 AES_CM_128_HMAC_SHA1_80 inline:${KEY}|2^20`, { key: KEY }],
    ['with a lifetime in decimal', `1 AES_CM_128_HMAC_SHA1_80 inline:${KEY}|1048576`, { key: KEY }],
    [
      'with a lifetime and MKI (§6.1)',
      `1 AES_CM_128_HMAC_SHA1_80 inline:${KEY}|2^20|1:4`,
      { key: KEY, mki: { value: 1, length: 4 } },
    ],
    ['with MKI only', `1 AES_CM_128_HMAC_SHA1_80 inline:${KEY}|1:1`, { mki: { value: 1, length: 1 } }],
    ['with a window size hint (§6.3.6)', `1 AES_CM_128_HMAC_SHA1_80 inline:${KEY} WSH=128`, { key: KEY }],
    ['with KDR=0, the default (§6.3.1)', `1 AES_CM_128_HMAC_SHA1_80 inline:${KEY} KDR=0`, { key: KEY }],
    ['with what may be ignored (§6.3.7)', `1 AES_CM_128_HMAC_SHA1_80 inline:${KEY} -X-NEW=1`, { key: KEY }],
    ['in lower case', `1 aes_cm_128_hmac_sha1_80 INLINE:${KEY}`, { suite: 'AES_CM_128_HMAC_SHA1_80' }],
  ])('%s is read', (_, value, expected) => {
    expect(parseCrypto(value)).toMatchObject(expected)
  })

  test.each([
    ['UNENCRYPTED_SRTP (§6.3.2)', `1 AES_CM_128_HMAC_SHA1_80 inline:${KEY} UNENCRYPTED_SRTP`],
    ['UNENCRYPTED_SRTCP (§6.3.2)', `1 AES_CM_128_HMAC_SHA1_80 inline:${KEY} WSH=64 UNENCRYPTED_SRTCP`],
    ['UNAUTHENTICATED_SRTP (§6.3.3)', `1 AES_CM_128_HMAC_SHA1_80 inline:${KEY} UNAUTHENTICATED_SRTP`],
    ['a key derivation rate', `1 AES_CM_128_HMAC_SHA1_80 inline:${KEY} KDR=4`],
    ['FEC parameters', `1 AES_CM_128_HMAC_SHA1_80 inline:${KEY} FEC_ORDER=FEC_SRTP`],
    ['a parameter that nobody knows', `1 AES_CM_128_HMAC_SHA1_80 inline:${KEY} NEW=1`],
    ['a suite that nobody knows', `1 F8_128_HMAC_SHA1_80 inline:${KEY}`],
    ['two keys', `1 AES_CM_128_HMAC_SHA1_80 inline:${KEY}|2^20|1:4;inline:${KEY}|2^20|2:4`],
    ['another key method', `1 AES_CM_128_HMAC_SHA1_80 uri:https://example.com/key`],
    ['a key that is too short', `1 AES_CM_128_HMAC_SHA1_80 inline:${KEY.slice(4)}`],
    ['the key of another suite', `1 AEAD_AES_256_GCM inline:${KEY}`],
    ['a key that is no base64', `1 AES_CM_128_HMAC_SHA1_80 inline:${KEY.replace('P', '!')}`],
    ['a lifetime beyond 2^48 (RFC 3711 §9.2)', `1 AES_CM_128_HMAC_SHA1_80 inline:${KEY}|2^49`],
    ['a lifetime of nothing', `1 AES_CM_128_HMAC_SHA1_80 inline:${KEY}|0`],
    ['an MKI that does not fit', `1 AES_CM_128_HMAC_SHA1_80 inline:${KEY}|256:1`],
    ['an MKI of no length', `1 AES_CM_128_HMAC_SHA1_80 inline:${KEY}|1:0`],
    ['no tag', `AES_CM_128_HMAC_SHA1_80 inline:${KEY}`],
    ['no key', '1 AES_CM_128_HMAC_SHA1_80'],
    ['nothing', ''],
  ])('with %s is passed over', (_, value) => {
    expect(parseCrypto(value)).toBeUndefined()
  })
})
