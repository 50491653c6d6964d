import { paramValue } from '../message/grammar.ts'
import type { SipRequest } from '../message/message.ts'
import { parseUri, unescapeUri } from '../message/uri.ts'
import { type CallerIdentity, failure, unverified } from './identity.ts'
import { headerUris } from './parties.ts'

/**
 * What a trunk that checked the caller says of it: the `verstat` parameter (3GPP TS 24.229 §7.2A.20, ATIS-1000074) of
 * P-Asserted-Identity, else of From. Undefined when there is none, and always for a trunk that is not `trusted` to say so: any
 * caller could write it.
 */
export function verstatOf(
  request: SipRequest,
  { trusted }: { readonly trusted: boolean },
): CallerIdentity | undefined {
  if (!trusted) return undefined
  for (const name of ['p-asserted-identity', 'from']) {
    const said = headerUris(request, name).map(verstatParam)
    const value = said.find(text => text !== undefined)
    if (value !== undefined) return readVerstat(value)
  }
  return undefined
}

/** A parameter of the URI; of a SIP URI it may stand inside the user part too, as a telephone number's (RFC 3261 §19.1.6). */
function verstatParam(text: string): string | undefined {
  const uri = parseUri(text)
  if (uri === undefined || uri.scheme === 'other') return undefined
  if (uri.scheme === 'tel') return paramValue(uri.params, 'verstat')
  const [, ...params] = unescapeUri(uri.user ?? '').split(';')
  const inUser = params.find(param => /^verstat=/i.test(param))?.slice('verstat='.length)
  return inUser ?? paramValue(uri.params, 'verstat')
}

/**
 * One `verstat` word; undefined for one that is not known. A level behind a failure is what the caller's carrier had claimed. Twilio adds
 * how the call came to it (`-Diverted`, `-Passthrough`: https://www.twilio.com/docs/voice/trusted-calling-with-shakenstir), which changes nothing.
 */
export function readVerstat(word: string): CallerIdentity | undefined {
  const match = VERSTAT.exec(word.trim())
  const level = match?.[2]?.toUpperCase()
  switch (match?.[1]?.toLowerCase()) {
    case 'tn-validation-passed':
      return level === 'A' || level === 'B' || level === 'C'
        ? { result: 'verified', attestation: level }
        : unverified('identity.level-unknown')
    case 'tn-validation-failed':
      return failure('identity.failed-upstream')
    case 'no-tn-validation':
      return unverified('identity.absent')
    default:
      return undefined
  }
}

const VERSTAT =
  /^(TN-Validation-Passed|TN-Validation-Failed|No-TN-Validation)(?:-([ABC])(?:-Diverted|-Passthrough)?)?$/i
