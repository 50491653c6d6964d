/** SHAKEN attestation (RFC 8588 §4): A: the caller may use the number; B: the caller is known; C: only the entry is. */
export type Attestation = 'A' | 'B' | 'C'

/** Why nothing is known about a caller. */
export type UnverifiedReason =
  /** No Identity header, or a trunk that did not check. */
  | 'identity.absent'
  /** Only extensions or forms that tell no attestation (RFC 8224 §6.2 step 1). */
  | 'identity.not-shaken'
  /**
   * It was signed for another destination, or too long ago, and forwarded since: what the `div` PASSporTs beside it say of
   * that (RFC 8946) is not checked.
   */
  | 'identity.diverted'
  /** The certificate could not be fetched, or may not be: from an unlisted host. */
  | 'identity.certificate-unavailable'
  /** The trunk passed it, but does not say at which level. */
  | 'identity.level-unknown'

/** Why a caller's identity is wrong. */
export type FailureReason =
  | 'identity.malformed'
  | 'identity.algorithm'
  | 'identity.claims'
  | 'identity.stale'
  | 'identity.date'
  | 'identity.origin-mismatch'
  | 'identity.destination-mismatch'
  | 'identity.certificate-untrusted'
  | 'identity.signature'
  /** The trunk says so. */
  | 'identity.failed-upstream'

/** What is known about who calls. Contains no number, so that it may be stored and shown. */
export type CallerIdentity =
  | {
      readonly result: 'verified'
      readonly attestation: Attestation
      /** Opaque mark of where the call came from, for tracing back (RFC 8588 §5); absent where a trunk checked. */
      readonly originId?: string
    }
  | { readonly result: 'unverified'; readonly reason: UnverifiedReason }
  | { readonly result: 'failed'; readonly reason: FailureReason }

/** An identity in one word, for whoever stores or shows it: the attestation where it is verified, else the result. */
export const identityWord = (identity: CallerIdentity): Attestation | 'unverified' | 'failed' =>
  identity.result === 'verified' ? identity.attestation : identity.result

/** The status for refusing such a call (RFC 8224 §6.2.2), for those whose policy it is to refuse. */
export function identityStatus(reason: FailureReason): 403 | 437 | 438 {
  if (reason === 'identity.stale' || reason === 'identity.date') return 403
  return reason === 'identity.certificate-untrusted' ? 437 : 438
}

export const unverified = (reason: UnverifiedReason): CallerIdentity => ({ result: 'unverified', reason })
export const failure = (reason: FailureReason): CallerIdentity => ({ result: 'failed', reason })
