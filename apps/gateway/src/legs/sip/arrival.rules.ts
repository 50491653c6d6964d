import type { Header, SipRequest } from '@ringdown/sip'
import { contentTypeOf, requireOf, tagOf, toOf } from '@ringdown/sip'

/** The methods we understand, inside a dialog or outside (RFC 3261 §20.5). */
export const allow = 'INVITE, ACK, BYE, CANCEL, OPTIONS, INFO, UPDATE'

type AtOnce = { status: number; headers: Header[] }

const accept: Header = { name: 'Accept', value: 'application/sdp' }
const allowed: Header = { name: 'Allow', value: allow }

/** Methods that are only of use inside a dialog. */
const inDialogOnly: ReadonlySet<string> = new Set(['BYE', 'INFO', 'UPDATE', 'PRACK'])

/**
 * What a request from a trunk that belongs to no dialog of ours is answered at once (RFC 3261 §8.2, in its order);
 * undefined for an INVITE that may become a call.
 */
export function answerAtOnce(request: SipRequest): AtOnce | undefined {
  const { method } = request
  // RFC 3261 §12.2.2: the dialog was ours, or somebody else's; here it is not.
  if (tagOf(toOf(request)) !== undefined || inDialogOnly.has(method)) return { status: 481, headers: [] }
  if (method !== 'INVITE' && method !== 'OPTIONS') return { status: 405, headers: [allowed] }
  const required = requireOf(request)
  if (required.length > 0)
    return { status: 420, headers: [{ name: 'Unsupported', value: required.join(', ') }] }
  if (method === 'OPTIONS') return { status: 200, headers: [allowed, accept] }
  const isForeign = request.body.length > 0 && contentTypeOf(request) !== 'application/sdp'
  return isForeign ? { status: 415, headers: [accept] } : undefined
}
