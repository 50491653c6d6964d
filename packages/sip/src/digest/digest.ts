import type { Param } from '../message/message.ts'

/** A hash function of digest authentication, by its name on the wire without `-sess` (RFC 7616 §6.1, RFC 8760 §2.1). */
export type DigestHash = 'MD5' | 'SHA-256' | 'SHA-512-256'

/** Strongest first (RFC 8760 §2.4 leaves the order to local policy). */
export const HASHES_BY_STRENGTH: readonly DigestHash[] = ['SHA-512-256', 'SHA-256', 'MD5']

/** What digest needs of a cryptographic library. */
export interface DigestCrypto {
  /** The hashes that `hash` can compute. */
  readonly hashes: readonly DigestHash[]
  /** The digest of some bytes in lower-case hexadecimal. */
  readonly hash: (hash: DigestHash, bytes: Uint8Array) => string
}

/** One challenge of a WWW-Authenticate or Proxy-Authenticate header (RFC 3261 §22, RFC 7616 §3.3), unquoted. */
export interface DigestChallenge {
  readonly realm: string
  readonly nonce: string
  /** As on the wire; `MD5` where none was given. */
  readonly algorithm: string
  readonly opaque?: string
  readonly stale: boolean
  /** The offered values in lower case; empty: none was given (RFC 2069). */
  readonly qop: readonly string[]
  /** All other parameters, unquoted, in order: `domain`, `charset`, `userhash` and unknown ones. */
  readonly others: readonly Param[]
}

/** The content of an Authorization or Proxy-Authorization header (RFC 7616 §3.4), unquoted. */
export interface DigestAuthorization {
  readonly username: string
  readonly realm: string
  readonly nonce: string
  readonly uri: string
  /** Lower-case hexadecimal. */
  readonly response: string
  readonly algorithm: string
  readonly opaque?: string
  readonly cnonce?: string
  readonly qop?: string
  /** Eight hexadecimal digits. */
  readonly nc?: string
  /** Whether `username` is a hash (RFC 7616 §3.4.4). */
  readonly userhash: boolean
}

/** Reads an algorithm name, case-insensitively; undefined for one that is not known here. */
export function readDigestAlgorithm(name: string): { hash: DigestHash; session: boolean } | undefined {
  const upper = name.toUpperCase()
  const session = upper.endsWith('-SESS')
  const base = session ? upper.slice(0, -'-SESS'.length) : upper
  const hash = HASHES_BY_STRENGTH.find(known => known === base)
  return hash && { hash, session }
}
