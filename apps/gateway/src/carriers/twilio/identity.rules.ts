import type { CallerIdentity } from '@ringdown/contract'
import { identityWord, readVerstat } from '@ringdown/sip'

/** Twilio could not say at all. */
const nothingKnown = 'NULL'

/**
 * What Twilio proved about the number that a caller shows: `StirVerstat` of its voice request, which is there only where a carrier signed
 * (https://www.twilio.com/docs/voice/trusted-calling-with-shakenstir). null: nobody signed, or a word that is not published.
 */
export function identityOf({ verstat }: { verstat: string | undefined }): CallerIdentity | null {
  if (verstat === undefined) return null
  if (verstat === nothingKnown) return 'unverified'
  const told = readVerstat(verstat)
  return told ? identityWord(told) : null
}
