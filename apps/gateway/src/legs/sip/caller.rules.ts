import type { SipRequest } from '@ringdown/sip'
import { fromOf, header, headerList, parseNameAddr, parseUri, unescapeUri } from '@ringdown/sip'

/**
 * The caller's number as the trunk tells it: what the network asserts (RFC 3325 P-Asserted-Identity) before what the
 * telephone says of itself (From). undefined: withheld, by RFC 3323 Privacy or by RFC 3261's anonymous URI.
 */
export function callerNumberOf(invite: SipRequest): string | undefined {
  const privacy = (header(invite, 'privacy') ?? '').toLowerCase().split(/[;,\s]+/)
  if (privacy.some(word => word === 'id' || word === 'user' || word === 'header')) return undefined
  const asserted = headerList(invite, 'p-asserted-identity').map(text => parseNameAddr(text)?.uri)
  for (const uri of [...asserted, fromOf(invite)?.uri]) {
    const number = uri === undefined ? undefined : userOf(uri)
    if (number !== undefined) return number
  }
  return undefined
}

/** The number that was dialled, in E.164 with its plus; undefined when the Request-URI holds none. */
export function dialledNumberOf(invite: SipRequest): string | undefined {
  const digits = userOf(invite.uri)?.replace(/[\s().-]/g, '')
  const international = /^(?:\+|00)?([1-9]\d{5,14})$/.exec(digits ?? '')?.[1]
  return international === undefined ? undefined : `+${international}`
}

function userOf(text: string): string | undefined {
  const uri = parseUri(text)
  if (!uri || uri.scheme === 'other') return undefined
  // RFC 3261 §19.1.6: parameters of a telephone number stand inside the user part.
  const user = uri.scheme === 'tel' ? uri.number : unescapeUri(uri.user ?? '').split(';')[0]
  return user && user.toLowerCase() !== 'anonymous' ? user : undefined
}
