import { headerLines } from '../message/header-names.ts'
import type { Header, SipRequest } from '../message/message.ts'
import { parseUri } from '../message/uri.ts'
import { parseAuthorization } from './authorization.ts'
import { serializeChallenge } from './challenge.ts'
import {
  type DigestAuthorization,
  type DigestCrypto,
  type DigestHash,
  HASHES_BY_STRENGTH,
  readDigestAlgorithm,
} from './digest.ts'
import { createNonce, issueTimeOf, type NonceCrypto } from './nonce.ts'
import type { NonceCounts } from './nonce-counts.ts'
import { digestResponse } from './response.ts'

/** How a server asks for credentials. */
export interface DigestPolicy {
  readonly realm: string
  /** `server`: 401 and WWW-Authenticate (registrars, user agents). `proxy`: 407 and Proxy-Authenticate. */
  readonly as: 'server' | 'proxy'
  /** What is offered and accepted. */
  readonly hashes: readonly DigestHash[]
  /** How long a nonce may be used, in ms. */
  readonly nonceLifetime: number
}

/** What a server needs of a cryptographic library. */
export type DigestServerCrypto = DigestCrypto & NonceCrypto

/** Why credentials are refused. Contains nothing of them, so that it may be logged. */
export type DigestRefusal =
  | 'digest.missing'
  | 'digest.malformed'
  | 'digest.algorithm'
  | 'digest.no-qop'
  | 'digest.auth-int'
  | 'digest.qop'
  | 'digest.userhash'
  | 'digest.uri'
  | 'digest.credentials'
  | 'digest.stale'
  | 'digest.replay'

/**
 * What to do with a request. Refused with `challenge`: answer 401 or 407 with `createChallenges` (and its `stale`). Without one:
 * answer 400, the client broke what it was offered (RFC 7616 §3.4, RFC 3261 §22.4).
 */
export type DigestVerdict =
  | { readonly ok: true; readonly username: string }
  | { readonly ok: false; readonly refusal: DigestRefusal; readonly challenge?: { readonly stale: boolean } }

/**
 * The challenge headers for a 401 or 407 (RFC 3261 §22.1): one line per hash, strongest first (RFC 8760 §2.3), with qop `auth` and
 * one new nonce. `source` is the address of the peer, `now` in ms. Never challenge ACK or CANCEL (RFC 3261 §22.1).
 */
export function createChallenges(of: {
  readonly policy: DigestPolicy
  readonly source: string
  readonly stale: boolean
  readonly now: number
  readonly crypto: NonceCrypto
}): readonly Header[] {
  const { realm, as, hashes } = of.policy
  const nonce = createNonce({ binding: { realm, source: of.source }, now: of.now, crypto: of.crypto })
  const name = as === 'proxy' ? 'Proxy-Authenticate' : 'WWW-Authenticate'
  return HASHES_BY_STRENGTH.filter(hash => hashes.includes(hash)).map(algorithm => ({
    name,
    value: serializeChallenge({ realm, nonce, algorithm, stale: of.stale, qop: ['auth'], others: [] }),
  }))
}

/**
 * Whose password is to be looked up for a request: the first credentials for our realm; those for other realms are left alone
 * (RFC 3261 §22.3). Undefined when there are none.
 */
export function readCredentials(request: SipRequest, policy: DigestPolicy): DigestAuthorization | undefined {
  return presented(request, policy).found
}

function presented(
  request: SipRequest,
  { realm, as }: DigestPolicy,
): { readonly found: DigestAuthorization | undefined; readonly malformed: boolean } {
  const lines = headerLines(request, as === 'proxy' ? 'proxy-authorization' : 'authorization')
  const read = lines.filter(line => /^digest\s/i.test(line)).map(parseAuthorization)
  return { found: read.find(known => known?.realm === realm), malformed: read.includes(undefined) }
}

/**
 * Judges the credentials of a request (RFC 3261 §22.4, RFC 7616 §3.4.6). `passwordHashes` are the user's, undefined for an
 * unknown user: both take the same way and the same time to the same refusal. A nonce that expired, that we did not make or that
 * was made for another source is `stale` when the response to it is right (RFC 7616 §3.3), so that no user is asked again.
 */
export function checkCredentials(of: {
  readonly request: SipRequest
  readonly policy: DigestPolicy
  readonly source: string
  /** By hash, from `passwordHash`. */
  readonly passwordHashes: Partial<Readonly<Record<DigestHash, string>>> | undefined
  readonly counts: NonceCounts
  readonly now: number
  readonly crypto: DigestServerCrypto
}): DigestVerdict {
  const { found, malformed } = presented(of.request, of.policy)
  if (found === undefined) return malformed ? broken('digest.malformed') : asked('digest.missing')
  const hash = acceptedHash(found, of.policy)
  const fault = hash === undefined ? 'digest.algorithm' : faultOf(found, of.request)
  if (hash === undefined || fault !== undefined) return broken(fault ?? 'digest.algorithm')
  const { cnonce, nc } = found
  if (cnonce === undefined || nc === undefined) return broken('digest.malformed')
  const { method } = of.request
  const parts = { hash, method, uri: found.uri, nonce: found.nonce, protection: { nc, cnonce } }
  // An unknown user is compared with what no password gives.
  const expected = digestResponse({ ...parts, passwordHash: of.passwordHashes?.[hash] ?? '' }, of.crypto)
  const right = of.crypto.sameSecret(expected, found.response)
  if (!right || of.passwordHashes?.[hash] === undefined) return asked('digest.credentials')
  return judgeNonce({ ...of, found, count: Number.parseInt(nc, 16) })
}

function judgeNonce(of: {
  readonly found: DigestAuthorization
  readonly count: number
  readonly policy: DigestPolicy
  readonly source: string
  readonly counts: NonceCounts
  readonly now: number
  readonly crypto: NonceCrypto
}): DigestVerdict {
  const { found, count, policy, source, now } = of
  const { nonce } = found
  const issuedAt = issueTimeOf({ nonce, binding: { realm: policy.realm, source }, crypto: of.crypto })
  // One from the future was made before the clock was set back: it would live too long.
  const alive = issuedAt !== undefined && issuedAt <= now && now <= issuedAt + policy.nonceLifetime
  if (!alive) return asked('digest.stale', true)
  if (count === 0) return broken('digest.malformed')
  const use = of.counts.use({ nonce, count, issuedAt, now })
  if (use === 'fresh') return { ok: true, username: found.username }
  return use === 'replayed' ? asked('digest.replay', true) : asked('digest.stale', true)
}

const broken = (refusal: DigestRefusal): DigestVerdict => ({ ok: false, refusal })

const asked = (refusal: DigestRefusal, stale = false): DigestVerdict => ({
  ok: false,
  refusal,
  challenge: { stale },
})

/** The hash, where it was offered; `-sess` never was. */
function acceptedHash({ algorithm }: DigestAuthorization, { hashes }: DigestPolicy): DigestHash | undefined {
  const read = readDigestAlgorithm(algorithm)
  return read && !read.session && hashes.includes(read.hash) ? read.hash : undefined
}

// Without a qop there is no nonce count, and nothing against replay: what RFC 2069 allowed is refused.
function faultOf(found: DigestAuthorization, request: SipRequest): DigestRefusal | undefined {
  if (found.userhash) return 'digest.userhash'
  if (found.qop === undefined) return 'digest.no-qop'
  if (found.qop === 'auth-int') return 'digest.auth-int'
  if (found.qop !== 'auth') return 'digest.qop'
  return sameTarget(found.uri, request.uri) ? undefined : 'digest.uri'
}

/**
 * RFC 7616 §3.4.6: the digest's URI names the resource of the request. Ports and parameters are left out: proxies and telephones
 * change them on the way, and the digest protects the text that it names.
 */
function sameTarget(one: string, other: string): boolean {
  if (one === other) return true
  const [a, b] = [parseUri(one), parseUri(other)]
  if (a?.scheme !== 'sip' && a?.scheme !== 'sips') return false
  if (b?.scheme !== 'sip' && b?.scheme !== 'sips') return false
  return a.scheme === b.scheme && a.user === b.user && a.host.toLowerCase() === b.host.toLowerCase()
}
