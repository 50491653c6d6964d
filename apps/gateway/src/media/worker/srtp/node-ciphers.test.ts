import { createCipheriv, createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { nodeCiphers } from './node-ciphers.ts'

const bytes = (length: number, seed: number) => Uint8Array.from({ length }, (_, i) => (i * 31 + seed) & 0xff)

describe('the worker’s ciphers', () => {
  test.each([
    [16, 0],
    [16, 1],
    [16, 160],
    [16, 1500],
    [16, 5000],
    [32, 172],
  ])('a key of %i bytes makes the key stream of AES-CTR for %i bytes', (keyBytes, length) => {
    const key = bytes(keyBytes, 1)
    const counter = bytes(16, 2).fill(0, 14)
    const expected = createCipheriv(`aes-${keyBytes * 8}-ctr`, key, counter).update(bytes(length, 3))
    const keyStream = nodeCiphers.keyStream(key)
    for (let again = 0; again < 2; again++) {
      const data = bytes(length, 3)
      keyStream(counter, data)
      expect(Buffer.from(data).equals(expected)).toBe(true)
    }
  })

  test('HMAC-SHA1 of two parts (RFC 2202 §3, case 2)', () => {
    const authenticate = nodeCiphers.authenticator(Buffer.from('Jefe'))
    const tag = authenticate(Buffer.from('what do ya want '), Buffer.from('for nothing?'))
    expect(Buffer.from(tag).toString('hex')).toBe('effcdf6ae5eb2fa2d27416d5f184df9c259a7c79')
  })

  test.each([0, 172, 1500, 5000])('HMAC-SHA1 under a key of SRTP, of %i bytes and a trailer', length => {
    const key = bytes(20, 1)
    const expected = createHmac('sha1', key).update(bytes(length, 2)).update(bytes(4, 3)).digest()
    const authenticate = nodeCiphers.authenticator(key)
    for (let again = 0; again < 2; again++) {
      expect(expected.equals(authenticate(bytes(length, 2), bytes(4, 3)))).toBe(true)
    }
  })

  test('what is sealed opens, and nothing changes when its tag does not fit', () => {
    const { seal, open } = nodeCiphers.aead(bytes(32, 1))
    const data = bytes(50, 2)
    const tag = new Uint8Array(16)
    seal(bytes(12, 3), bytes(12, 4), data, tag)
    const before = data.slice()
    expect(open(bytes(12, 3), bytes(12, 5), data, tag)).toBe(false)
    expect(data).toEqual(before)
    expect(open(bytes(12, 3), bytes(12, 4), data, tag)).toBe(true)
    expect(data).toEqual(bytes(50, 2))
  })
})
