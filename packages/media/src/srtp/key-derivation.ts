import type { SrtpCiphers } from './ciphers.port.ts'
import type { SuiteLengths } from './suites.ts'

export type SessionKeys = {
  readonly cipher: Uint8Array
  readonly salt: Uint8Array
  /** For HMAC-SHA1; AEAD has no use for it. */
  readonly authentication: Uint8Array
}

/** What the keys are for. */
export type Stream = 'rtp' | 'rtcp'

// RFC 3711 §4.3.2: the labels of encryption, authentication and salt follow each other.
const FIRST_LABEL: Readonly<Record<Stream, number>> = { rtp: 0, rtcp: 3 }
/** HMAC-SHA1 (RFC 3711 §5.2). */
const AUTHENTICATION_BYTES = 20

/**
 * Session keys of a master key that is used from the first packet to the last (key derivation rate 0, RFC 3711 §4.3.1;
 * AES-256 by RFC 6188 §2).
 */
export function deriveKeys(
  keyAndSalt: Uint8Array,
  { lengths, stream, ciphers }: { lengths: SuiteLengths; stream: Stream; ciphers: SrtpCiphers },
): SessionKeys {
  const keyStream = ciphers.keyStream(keyAndSalt.subarray(0, lengths.key))
  const masterSalt = keyAndSalt.subarray(lengths.key, lengths.key + lengths.salt)
  const derive = (offset: number, bytes: number): Uint8Array => {
    // RFC 3711 §4.3.3: x = label || index, xored with the salt, then 16 bits of counter. A salt of 96 bits (RFC 7714 §11)
    // is filled up with zeros on the right.
    const counter = new Uint8Array(16)
    counter.set(masterSalt)
    counter[7]! ^= FIRST_LABEL[stream] + offset
    const key = new Uint8Array(bytes)
    keyStream(counter, key)
    return key
  }
  return {
    cipher: derive(0, lengths.key),
    authentication: derive(1, AUTHENTICATION_BYTES),
    salt: derive(2, lengths.salt),
  }
}
