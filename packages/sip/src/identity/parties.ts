import { paramValue } from '../message/grammar.ts'
import { headerList } from '../message/headers.ts'
import type { SipRequest } from '../message/message.ts'
import { parseNameAddr } from '../message/name-addr.ts'
import { parseUri, type SipUri, type TelUri, unescapeUri } from '../message/uri.ts'
import type { Party } from './passport.ts'

/**
 * Local policy of RFC 8224 §8.3: makes a number without `+` complete, digits in and digits with country code out; undefined leaves
 * it as it is.
 */
export type CompleteNumber = (digits: string) => string | undefined

/** A telephone number in the canonical form of RFC 8224 §8.3: digits, `#` and `*` only. Undefined where there is no number. */
export function canonicalNumber(text: string, completeNumber?: CompleteNumber): string | undefined {
  const bare = text.replace(/[\s().-]/g, '')
  const international = bare.startsWith('+')
  const digits = international ? bare.slice(1) : bare
  if (!/^[0-9*#]{1,40}$/.test(digits)) return undefined
  return international ? digits : (completeNumber?.(digits) ?? digits)
}

/** A SIP URI as it is compared between a request and a claim: scheme, user and host, nothing else (RFC 8224 §8.5). */
export function canonicalUri(text: string): string | undefined {
  const uri = parseUri(text)
  if (uri?.scheme !== 'sip' && uri?.scheme !== 'sips') return undefined
  const user = uri.user === undefined ? '' : `${unescapeUri(uri.user)}@`
  return `${uri.scheme}:${user}${uri.host.toLowerCase()}`
}

/** Who calls, as the request says: what the network asserts, and only without that what From says (RFC 8224 §8.1, RFC 3325). */
export function originOf(request: SipRequest, completeNumber?: CompleteNumber): Party {
  const asserted = headerUris(request, 'p-asserted-identity')
  return partyOf(asserted.length > 0 ? asserted : headerUris(request, 'from'), completeNumber)
}

/** Who is called: To, or the Request-URI where the number was changed on the way (RFC 8224 §8.1). */
export const destinationOf = (request: SipRequest, completeNumber?: CompleteNumber): Party =>
  partyOf([...headerUris(request, 'to'), request.uri], completeNumber)

/** The URIs of an address header. */
export const headerUris = (request: SipRequest, name: string): string[] =>
  headerList(request, name).flatMap(text => parseNameAddr(text)?.uri ?? [])

function partyOf(uris: readonly string[], completeNumber: CompleteNumber | undefined): Party {
  const numbers = uris.flatMap(text => {
    const uri = parseUri(text)
    const number = uri === undefined || uri.scheme === 'other' ? undefined : numberOf(uri)
    return (number && canonicalNumber(number, completeNumber)) ?? []
  })
  return { numbers, uris: uris.flatMap(uri => canonicalUri(uri) ?? []) }
}

/** RFC 3966 §5.1.5: a country code as context completes a local number. */
function numberOf(uri: SipUri | TelUri): string {
  const [userPart = '', ...userParams] = uri.scheme === 'tel' ? [] : unescapeUri(uri.user ?? '').split(';')
  const number = uri.scheme === 'tel' ? uri.number : userPart
  const context =
    uri.scheme === 'tel'
      ? paramValue(uri.params, 'phone-context')
      : userParams.find(param => /^phone-context=/i.test(param))?.slice('phone-context='.length)
  return !number.startsWith('+') && /^\+\d{1,3}$/.test(context ?? '') ? `${context}${number}` : number
}

/** Whether a claim names one of these: by number, or by URI. */
export function isNamed(claimed: Party, actual: Party): boolean {
  const numbers = claimed.numbers.flatMap(number => canonicalNumber(number) ?? [])
  const uris = claimed.uris.flatMap(uri => canonicalUri(uri) ?? [])
  return numbers.some(n => actual.numbers.includes(n)) || uris.some(uri => actual.uris.includes(uri))
}
