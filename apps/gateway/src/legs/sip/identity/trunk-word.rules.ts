import type { CallerIdentity } from '@ringdown/contract'
import { headerLines, identityWord, readVerstat, type SipRequest, verstatOf } from '@ringdown/sip'
import type { TrunkTerms } from '../sip.port.ts'

/** Of Twilio Elastic SIP Trunking: https://www.twilio.com/docs/voice/trusted-calling-with-shakenstir */
const twilioHeader = 'x-twilio-verstat'

/** What a trunk that checked the caller's number says of it; null: nothing, or it is not believed. */
export function trunkWordOf(
  invite: SipRequest,
  { trustsIdentity, template }: Pick<TrunkTerms, 'trustsIdentity' | 'template'>,
): CallerIdentity | null {
  if (!trustsIdentity) return null
  const said = headerLines(invite, twilioHeader)[0]
  const told = (said === undefined ? undefined : readVerstat(said)) ?? verstatOf(invite, { trusted: true })
  if (told === undefined) return null
  // Telnyx names the levels B and C; a pass without a level is its A:
  // https://developers.telnyx.com/docs/voice/stir-shaken/sip-header-parameters
  const isPlainPass = told.result === 'unverified' && told.reason === 'identity.level-unknown'
  return template === 'telnyx' && isPlainPass ? 'A' : identityWord(told)
}
