import type { SipRequest } from '@ringdown/sip'
import { tagOf, toOf } from '@ringdown/sip'
import { type Answer, ourOptions, refusalOf } from '../screening.rules.ts'

/** Methods that are only of use inside a dialog. */
const inDialogOnly: ReadonlySet<string> = new Set(['BYE', 'INFO', 'UPDATE', 'PRACK'])

/**
 * What a request from a trunk that belongs to no dialog of ours is answered at once; undefined for an INVITE that may
 * become a call.
 */
export function answerAtOnce(request: SipRequest): Answer | undefined {
  // RFC 3261 §12.2.2: the dialog was ours, or somebody else's; here it is not.
  if (tagOf(toOf(request)) !== undefined || inDialogOnly.has(request.method))
    return { status: 481, headers: [] }
  const refusal = refusalOf(request)
  if (refusal) return refusal
  return request.method === 'OPTIONS' ? ourOptions : undefined
}
