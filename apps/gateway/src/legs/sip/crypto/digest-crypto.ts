import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { DigestHash, DigestServerCrypto } from '@ringdown/sip'
import { newToken } from '../new-token.ts'

const nodeNames: Readonly<Record<DigestHash, string>> = {
  MD5: 'md5',
  'SHA-256': 'sha256',
  'SHA-512-256': 'sha512-256',
}

/**
 * What digest needs of Node. Nonces are proved with a key of this process alone: the counts that keep replays out do not outlive it
 * either, and a nonce from before is stale.
 */
export function createDigestCrypto(): DigestServerCrypto {
  const nonceKey = randomBytes(32)
  return {
    hashes: ['SHA-512-256', 'SHA-256', 'MD5'],
    hash: (hash, bytes) => createHash(nodeNames[hash]).update(bytes).digest('hex'),
    mac: text => createHmac('sha256', nonceKey).update(text).digest('base64url'),
    newToken,
    sameSecret,
  }
}

function sameSecret(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)]
  return a.length === b.length && timingSafeEqual(a, b)
}
