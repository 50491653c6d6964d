import {
  contactExpiryOf,
  contactsOf,
  expiresOf,
  type NameAddr,
  parseUri,
  type SipResponse,
  sameUri,
} from '@ringdown/sip'

/**
 * How long a 2xx to REGISTER lets our contact stand, in seconds (RFC 3261 §10.2.4): what stands at our own contact, else
 * Expires, else what was asked for. A registrar may shorten it, and is not believed when it lengthens it. Some write our
 * contact as they see it through a NAT, so that none is ours: then the shortest counts, which renews too often at worst.
 */
export function grantedExpiryS(of: { response: SipResponse; contact: string; askedS: number }): number {
  const { response, askedS } = of
  const contacts = contactsOf(response)
  const own = contacts.filter(contact => isSame(contact, of.contact))
  const expiries = (own.length > 0 ? own : contacts).flatMap(contact => contactExpiryOf(contact) ?? [])
  const granted = expiries.length > 0 ? Math.min(...expiries) : (expiresOf(response) ?? askedS)
  return Math.min(granted, askedS)
}

function isSame({ uri }: NameAddr, contact: string): boolean {
  const [one, other] = [parseUri(uri), parseUri(contact)]
  return one !== undefined && other !== undefined && sameUri(one, other)
}
