import { header } from '../message/header-names.ts'
import type { SipRequest } from '../message/message.ts'
import type { FailureReason } from './identity.ts'
import { type CompleteNumber, destinationOf, isNamed, originOf } from './parties.ts'
import type { Passport } from './passport.ts'
import { parseSipDate } from './sip-date.ts'

/** Seconds that a signature may be old, or ahead of our clock (RFC 8224 §6.2 step 4). */
const FRESHNESS_SECONDS = 60

/** Holds the claims of a PASSporT against the request (RFC 8224 §6.2); the first that is wrong, or undefined. */
export function checkClaims(of: {
  readonly passport: Passport
  readonly request: SipRequest
  /** Seconds since 1970. */
  readonly now: number
  readonly freshness?: number
  readonly completeNumber?: CompleteNumber
}): FailureReason | undefined {
  const { passport, request, now, freshness = FRESHNESS_SECONDS, completeNumber } = of
  if (Math.abs(now - passport.issuedAt) > freshness) return 'identity.stale'
  const date = header(request, 'date')
  if (date !== undefined) {
    const said = parseSipDate(date)
    if (said === undefined || Math.abs(said - passport.issuedAt) > freshness) return 'identity.date'
  }
  if (!isNamed(passport.origin, originOf(request, completeNumber))) return 'identity.origin-mismatch'
  if (!isNamed(passport.destination, destinationOf(request, completeNumber)))
    return 'identity.destination-mismatch'
  return undefined
}
