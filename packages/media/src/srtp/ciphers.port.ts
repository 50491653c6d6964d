/** Xors the key stream that starts at a counter block of 16 bytes onto `data`, in place (NIST SP 800-38A CTR). */
export type KeyStream = (counter: Uint8Array, data: Uint8Array) => void

/** HMAC-SHA1 (RFC 2104) of the parts one after the other: 20 bytes. */
export type Authenticator = (first: Uint8Array, second: Uint8Array) => Uint8Array

/** AES-GCM with a nonce of 12 bytes and a tag of 16 (RFC 5116 §5). `data` is changed in place. */
export type Aead = {
  /** Encrypts `data` and writes the tag. */
  seal(nonce: Uint8Array, associated: Uint8Array, data: Uint8Array, tag: Uint8Array): void
  /** Decrypts `data`; false, with `data` as it was, when the tag does not fit. */
  open(nonce: Uint8Array, associated: Uint8Array, data: Uint8Array, tag: Uint8Array): boolean
}

/**
 * The primitives of SRTP, synchronous. Each returned function belongs to one key, so that what a key costs to set up is
 * paid once. AES with keys of 16 or 32 bytes.
 */
export type SrtpCiphers = {
  keyStream(key: Uint8Array): KeyStream
  authenticator(key: Uint8Array): Authenticator
  aead(key: Uint8Array): Aead
}
