import { headerList } from '../message/headers.ts'
import type { SipRequest } from '../message/message.ts'
import { checkClaims } from './claims.ts'
import { type CallerIdentity, type FailureReason, failure, unverified } from './identity.ts'
import { parseIdentity } from './identity-header.ts'
import type { CompleteNumber } from './parties.ts'
import { decodePassport, type Passport } from './passport.ts'

/** Where the verification of a caller stands. `Certificate` is whatever the outside makes of one; it is passed on unread. */
export type VerifyState<Certificate> =
  | { readonly name: 'fetching'; readonly passport: Passport }
  | { readonly name: 'judging'; readonly passport: Passport; readonly certificate: Certificate }
  | { readonly name: 'checking'; readonly passport: Passport }
  | { readonly name: 'done' }

/** The answers to its effects. */
export type VerifyInput<Certificate> =
  | { readonly type: 'certificate'; readonly certificate: Certificate }
  /** It could not be fetched: not allowed, not reachable, too slow, too large. */
  | { readonly type: 'no certificate' }
  /** Whether it leads to an authority that is trusted, at this time. */
  | { readonly type: 'chain'; readonly trusted: boolean }
  | { readonly type: 'signature'; readonly valid: boolean }

/** What a verification needs of its surroundings: a certificate, or a signature checked. */
export type VerifyEffect<Certificate> =
  /** Tell `certificate` or `no certificate`. The URL comes from a stranger: check it before anything is asked there. */
  | { readonly type: 'fetch certificate'; readonly url: string }
  /** Tell `chain`. */
  | { readonly type: 'check chain'; readonly certificate: Certificate }
  /** Tell `signature`: ES256 (RFC 7518 §3.4) over the ASCII text, 64 bytes r and s. */
  | {
      readonly type: 'verify signature'
      readonly certificate: Certificate
      readonly signed: string
      readonly signature: Uint8Array
    }
  | { readonly type: 'result'; readonly identity: CallerIdentity }
  | { readonly type: 'unexpected' }

/** The next state of a verification, and what it needs. */
export interface VerifyStep<Certificate> {
  readonly state: VerifyState<Certificate>
  readonly effects: readonly VerifyEffect<Certificate>[]
}

const MAX_HEADERS = 8

/**
 * RFC 8946 §3: whoever forwards a call leaves its PASSporT as it is, which names the first destination and the time of the first
 * call. Without their own PASSporT checked this is neither proved nor wrong.
 */
const EXPLAINED_BY_DIVERSION: ReadonlySet<FailureReason> = new Set([
  'identity.destination-mismatch',
  'identity.stale',
])

/**
 * Begins to verify who calls with this INVITE (RFC 8224 §6.2, RFC 8588). Everything that needs no certificate is checked first, so
 * that a request that cannot be right makes nobody fetch anything. The first SHAKEN Identity header counts; of `div`
 * (RFC 8946) it only counts that there is one, others are left alone.
 * `now` in seconds since 1970.
 */
export function startVerification<Certificate>(of: {
  readonly request: SipRequest
  readonly now: number
  /** Seconds; 60 where absent. */
  readonly freshness?: number
  readonly completeNumber?: CompleteNumber
}): VerifyStep<Certificate> {
  const values = headerList(of.request, 'identity').slice(0, MAX_HEADERS)
  if (values.length === 0) return done(unverified('identity.absent'))
  const parsed = values.map(parseIdentity)
  // RFC 8224 §6.2 step 1. The compact form cannot carry attest and origid (RFC 8588 §6): only the full form is SHAKEN.
  const identity = parsed.find(known => known?.extension === 'shaken' && known.form === 'full')
  if (identity === undefined)
    return parsed.includes(undefined) ? failed('identity.malformed') : done(unverified('identity.not-shaken'))
  const decoded = decodePassport(identity)
  if (!decoded.ok) return failed(decoded.error)
  const { passport } = decoded
  const wrong = checkClaims({ ...of, passport })
  const isDiverted = parsed.some(known => known?.extension === 'div')
  if (wrong !== undefined && isDiverted && EXPLAINED_BY_DIVERSION.has(wrong))
    return done(unverified('identity.diverted'))
  if (wrong !== undefined) return failed(wrong)
  return {
    state: { name: 'fetching', passport },
    effects: [{ type: 'fetch certificate', url: passport.certificateUrl }],
  }
}

/** One step of a verification. */
export function verify<Certificate>(
  state: VerifyState<Certificate>,
  input: VerifyInput<Certificate>,
): VerifyStep<Certificate> {
  switch (state.name) {
    case 'fetching':
      return fetching(state.passport, state, input)
    case 'judging':
      return input.type === 'chain' ? judged(state, input.trusted) : unexpected(state)
    case 'checking':
      return input.type === 'signature' ? checked(state.passport, input.valid) : unexpected(state)
    case 'done':
      return unexpected(state)
  }
}

// RFC 8224 §6.2 step 2: without a certificate nothing is proved, and nothing is disproved.
function fetching<Certificate>(
  passport: Passport,
  state: VerifyState<Certificate>,
  input: VerifyInput<Certificate>,
): VerifyStep<Certificate> {
  if (input.type === 'no certificate') return done(unverified('identity.certificate-unavailable'))
  if (input.type !== 'certificate') return unexpected(state)
  const { certificate } = input
  return {
    state: { name: 'judging', passport, certificate },
    effects: [{ type: 'check chain', certificate }],
  }
}

// RFC 8224 §6.2 step 2: 437 for a certificate that is not trusted.
function judged<Certificate>(
  { passport, certificate }: { passport: Passport; certificate: Certificate },
  trusted: boolean,
): VerifyStep<Certificate> {
  if (!trusted) return failed('identity.certificate-untrusted')
  const { signed, signature } = passport
  return {
    state: { name: 'checking', passport },
    effects: [{ type: 'verify signature', certificate, signed, signature }],
  }
}

// RFC 8224 §6.2 step 5: 438 for a signature that is wrong.
function checked<Certificate>(passport: Passport, valid: boolean): VerifyStep<Certificate> {
  if (!valid) return failed('identity.signature')
  const { attestation, originId } = passport
  return done({ result: 'verified', attestation, originId })
}

const done = <Certificate>(identity: CallerIdentity): VerifyStep<Certificate> => ({
  state: { name: 'done' },
  effects: [{ type: 'result', identity }],
})

const failed = <Certificate>(reason: FailureReason): VerifyStep<Certificate> => done(failure(reason))

const unexpected = <Certificate>(state: VerifyState<Certificate>): VerifyStep<Certificate> => ({
  state,
  effects: [{ type: 'unexpected' }],
})
