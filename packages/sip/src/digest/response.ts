import { encodeUtf8 } from '../message/utf8.ts'
import type { DigestCrypto, DigestHash } from './digest.ts'

/**
 * `H(username:realm:password)` (RFC 7616 §3.4.2): what a server keeps instead of the password, one per hash. Lower-case
 * hexadecimal. Whoever has it can sign in to this realm: keep it as secret as the password.
 */
export function passwordHash(of: {
  readonly username: string
  readonly realm: string
  readonly password: string
  readonly hash: DigestHash
  readonly crypto: DigestCrypto
}): string {
  return of.crypto.hash(of.hash, encodeUtf8(`${of.username}:${of.realm}:${of.password}`))
}

/** What enters a digest response. */
export interface ResponseParts {
  readonly hash: DigestHash
  /** Of `passwordHash`. */
  readonly passwordHash: string
  readonly method: string
  readonly uri: string
  readonly nonce: string
  /** Absent for a server of RFC 2069, which knows no qop. */
  readonly protection?: { readonly nc: string; readonly cnonce: string }
  /** For a `-sess` algorithm: the nonces of the first request of the session (RFC 7616 §3.4.2). */
  readonly session?: { readonly nonce: string; readonly cnonce: string }
}

/** The digest response (RFC 7616 §3.4.1 to §3.4.3; qop is `auth` or absent), lower-case hexadecimal. */
export function digestResponse(parts: ResponseParts, crypto: DigestCrypto): string {
  const h = (text: string) => crypto.hash(parts.hash, encodeUtf8(text))
  const { session, protection } = parts
  const a1 = session ? h(`${parts.passwordHash}:${session.nonce}:${session.cnonce}`) : parts.passwordHash
  const a2 = h(`${parts.method}:${parts.uri}`)
  const between = protection ? `${parts.nonce}:${protection.nc}:${protection.cnonce}:auth` : parts.nonce
  return h(`${a1}:${between}:${a2}`)
}

/** A nonce count as eight hexadecimal digits (RFC 7616 §3.4). */
export const nonceCount = (count: number): string => count.toString(16).padStart(8, '0')
