import type { CallerIdentity, TrunkNumbers } from '@ringdown/contract'
import { type CompleteNumber, headerLines, type SipRequest } from '@ringdown/sip'
import type { Arrival } from '../../leg.port.ts'
import type { TrunkTerms } from '../sip.port.ts'
import { numberIn } from '../trunk-numbers.rules.ts'
import { trunkWordOf } from './trunk-word.rules.ts'

/** What of a trunk's settings the check of a caller needs, as they were when the call came in. */
export type CallerCheck = {
  numbers: TrunkNumbers
  trunkWord: CallerIdentity | null
  /** What the network asserts is not believed: the number that is shown stands in From, and that is what must be signed. */
  onlyFrom?: true
}

/**
 * What is known of a caller at once: the word of a trunk that is believed. What a carrier signed counts for more, but may take a certificate
 * from elsewhere: that is checked while the call goes on. Nothing is said of a caller who shows no number (docs/adr/0010).
 */
export function identityAtArrival(order: {
  invite: SipRequest
  terms: TrunkTerms
  /** What the caller shows; undefined: withheld. */
  number: string | undefined
  canVerify: boolean
}): { identity: Arrival['identity']; check?: CallerCheck } {
  const { invite, terms, number, canVerify } = order
  if (number === undefined) return { identity: null }
  const trunkWord = trunkWordOf(invite, terms)
  const isSigned = canVerify && headerLines(invite, 'identity').length > 0
  return isSigned
    ? {
        identity: 'checking',
        check: { numbers: terms.numbers, trunkWord, ...(terms.trustsIdentity ? {} : { onlyFrom: true }) },
      }
    : { identity: trunkWord }
}

/** Numbers without a plus, as this trunk writes them, with their country code (RFC 8224 §8.3). */
export function completeNumberOf(numbers: TrunkNumbers): CompleteNumber {
  return digits => numberIn(numbers, digits)?.slice(1)
}
