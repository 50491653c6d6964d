import { type Replaces, referredByOf, referToOf, replacesInUri } from '../message/fields/transfer.ts'
import { header, headerLines } from '../message/header-names.ts'
import { cseqOf } from '../message/headers.ts'
import type { SipRequest } from '../message/message.ts'
import { parseUri } from '../message/uri.ts'
import { SIPFRAG, sipfrag } from './sipfrag.ts'

/** A peer asks us to call somebody (RFC 3515). */
export interface Referral {
  /** The Refer-To URI as on the wire, its headers included. */
  readonly target: string
  /** Attended transfer: what the new INVITE is to replace (RFC 3891). */
  readonly replaces?: Replaces
  /** Who asks, as they say (RFC 3892). */
  readonly referredBy?: string
  /** The CSeq number of the REFER: the `id` of its NOTIFYs (RFC 3515 §2.4.6). */
  readonly id: number
  /** False: `Refer-Sub: false` was asked for (RFC 4488 §4), so no NOTIFY is sent and the 2xx repeats that header. */
  readonly notifies: boolean
}

/** Reads a REFER. Undefined: answer 400, because there is not exactly one usable Refer-To (RFC 3515 §2.4.2). */
export function readReferral(request: SipRequest): Referral | undefined {
  const address = referToOf(request)
  const uri = address === undefined ? undefined : parseUri(address.uri)
  const id = cseqOf(request)?.number
  if (headerLines(request, 'refer-to').length !== 1 || address === undefined || uri === undefined)
    return undefined
  const replaces = replacesInUri(uri)
  const referredBy = referredByOf(request)?.uri
  const refersSilently = /^false\b/i.test(header(request, 'refer-sub') ?? '')
  return {
    target: address.uri,
    ...(replaces === undefined ? {} : { replaces }),
    ...(referredBy === undefined ? {} : { referredBy }),
    id: id ?? 0,
    notifies: !refersSilently,
  }
}

/** Seconds a transfer may take before its subscription ends. */
const LIFETIME = 180

/**
 * The NOTIFY about what became of a referral, to be given to its call with `send`: 100 at once after the 2xx
 * (RFC 3515 §2.4.4), then what the new call gets. A final status ends the subscription (RFC 6665 §4.2.2, RFC 3515 §2.4.5).
 */
export function notifyReferral({ id }: Referral, status: number) {
  const state = status < 200 ? `active;expires=${LIFETIME}` : 'terminated;reason=noresource'
  return {
    type: 'send',
    method: 'NOTIFY',
    headers: [
      { name: 'Event', value: `refer;id=${id}` },
      { name: 'Subscription-State', value: state },
    ],
    body: sipfrag(status),
    contentType: SIPFRAG,
  } as const
}
