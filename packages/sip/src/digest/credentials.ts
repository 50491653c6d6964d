import { serializeAuthorization } from './authorization.ts'
import { type DigestChallenge, type DigestCrypto, readDigestAlgorithm } from './digest.ts'
import { digestResponse, nonceCount, passwordHash } from './response.ts'

/** A name and password with the one place they may be used at: this realm of this host. */
export interface DigestCredential {
  /** Compared byte by byte with the realm of a challenge. */
  readonly realm: string
  /** Host the request is addressed to, compared case-insensitively. */
  readonly host: string
  readonly username: string
  readonly password: string
}

/** What a client remembers of a realm between requests. Plain data without secrets; keep it per host and seal it with a leg. */
export interface DigestSession {
  readonly from: 'server' | 'proxy'
  readonly host: string
  readonly challenge: DigestChallenge
  readonly cnonce: string
  /** Times the nonce has been used. */
  readonly count: number
  /** The nonce that a `-sess` algorithm started with (RFC 7616 §3.4.2). */
  readonly firstNonce: string
  /** Fresh nonces in a row that were called stale at their first use. */
  readonly stale: number
}

/** The request to be authorized. */
export interface DigestTarget {
  readonly method: string
  /** The Request-URI, exactly as it will be sent. */
  readonly uri: string
  /** The host whose credentials may be used: the one this request was addressed to by us, never one named in a response. */
  readonly host: string
}

/** The header value that answers a session's challenge for one request (RFC 7616 §3.4). */
export function credentialsFor(of: {
  readonly session: DigestSession
  readonly credential: DigestCredential
  readonly target: DigestTarget
  readonly crypto: DigestCrypto
}): string {
  const { session, credential, target, crypto } = of
  const { realm, nonce, algorithm, opaque, qop } = session.challenge
  const { hash, session: isSession } = readDigestAlgorithm(algorithm)!
  const { cnonce, firstNonce } = session
  const nc = nonceCount(session.count)
  const protection = { nc, cnonce }
  const { username, password } = credential
  const response = digestResponse(
    {
      hash,
      passwordHash: passwordHash({ username, realm, password, hash, crypto }),
      method: target.method,
      uri: target.uri,
      nonce,
      ...(qop.length === 0 ? {} : { protection }),
      ...(isSession ? { session: { nonce: firstNonce, cnonce } } : {}),
    },
    crypto,
  )
  return serializeAuthorization({
    username,
    realm,
    nonce,
    uri: target.uri,
    response,
    algorithm,
    ...(opaque === undefined ? {} : { opaque }),
    ...(qop.length === 0 ? (isSession ? { cnonce } : {}) : { cnonce, nc, qop: 'auth' }),
    userhash: false,
  })
}
