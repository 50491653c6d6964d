import type { TrunkNumbers } from '@ringdown/contract'
import type { SipRequest, Uri } from '@ringdown/sip'
import {
  fromOf,
  headerLines,
  headerList,
  paramValue,
  parseNameAddr,
  parseUri,
  toOf,
  unescapeUri,
} from '@ringdown/sip'
import type { TrunkTerms } from '../sip.port.ts'
import { numberIn } from '../trunk-numbers.rules.ts'

/**
 * The caller's number as the trunk tells it, in E.164 where its format says how: of a trunk that is believed, what the network
 * asserts (P-Asserted-Identity; RFC 3325 §5: of nobody else) before what the telephone says of itself (From). undefined: withheld,
 * by RFC 3323 Privacy or by an anonymous From, whatever the network asserts to its own.
 */
export function callerNumberOf(
  invite: SipRequest,
  { numbers, trustsIdentity }: Pick<TrunkTerms, 'numbers' | 'trustsIdentity'>,
): string | undefined {
  const from = fromOf(invite)?.uri
  if (isPrivate(invite) || isAnonymous(from)) return undefined
  const told = trustsIdentity ? headerList(invite, 'p-asserted-identity') : []
  const asserted = told.map(text => parseNameAddr(text)?.uri)
  for (const text of [...asserted, from]) {
    const uri = text === undefined || isAnonymous(text) ? undefined : parseUri(text)
    const number = uri && numberOf(uri)
    if (number !== undefined) return callerInE164(numbers, number)
  }
  return undefined
}

/**
 * What was dialled, in E.164 with its plus, the likeliest first: the number in the Request-URI. A registrar sends a call to the Contact
 * that we registered (RFC 3261 §16.6), which names our account; what the caller dialled still stands in To then.
 */
export function dialledNumbersOf(
  invite: SipRequest,
  { numbers, registration }: Pick<TrunkTerms, 'numbers' | 'registration'>,
): string[] {
  const uris = registration ? [invite.uri, toOf(invite)?.uri] : [invite.uri]
  const found = uris.map(text => (text === undefined ? undefined : numberAt(text, numbers)))
  return [...new Set(found.filter(number => number !== undefined))]
}

function numberAt(text: string, format: TrunkNumbers): string | undefined {
  const uri = parseUri(text)
  const number = uri && numberOf(uri)
  return number === undefined ? undefined : numberIn(format, number)
}

/** Bare digits are not taken for E.164 here, as they are where a number was dialled: they may be of the trunk's own. */
function callerInE164(format: TrunkNumbers, number: string): string {
  const saysMore = format.callingCode !== null || format.internationalPrefix !== ''
  return (saysMore ? numberIn(format, number) : undefined) ?? number
}

/** RFC 3323 §4.2 and RFC 3325 §9.3; a caller who asks for any of these does not want to be known. */
const privacies: ReadonlySet<string> = new Set(['id', 'user', 'header'])

function isPrivate(invite: SipRequest): boolean {
  const words = headerLines(invite, 'privacy').flatMap(line => line.toLowerCase().split(/[;,\s]+/))
  return words.some(word => privacies.has(word))
}

/** RFC 3323 §4.1.1.3, and what gateways write in its place. */
const anonymousUsers: ReadonlySet<string> = new Set(['anonymous', 'restricted', 'unavailable', 'private'])

function isAnonymous(text: string | undefined): boolean {
  const uri = text === undefined ? undefined : parseUri(text)
  if (uri?.scheme !== 'sip' && uri?.scheme !== 'sips') return false
  return (
    uri.host.toLowerCase() === 'anonymous.invalid' ||
    anonymousUsers.has(unescapeUri(uri.user ?? '').toLowerCase())
  )
}

function numberOf(uri: Uri): string | undefined {
  if (uri.scheme === 'other') return undefined
  if (uri.scheme === 'tel') return inContext(uri.number, paramValue(uri.params, 'phone-context'))
  // RFC 3261 §19.1.6: parameters of a telephone number stand inside the user part.
  const [number = '', ...params] = unescapeUri(uri.user ?? '').split(';')
  const context = params.find(param => /^phone-context=/i.test(param))?.slice('phone-context='.length)
  return number === '' ? undefined : inContext(number, context)
}

/**
 * RFC 3966 §5.1.5: a local number is one only within its context. A country code makes it complete; whatever else a
 * context says (a domain, an area) does not.
 */
function inContext(number: string, context: string | undefined): string {
  const isCountry = context !== undefined && /^\+\d{1,3}$/.test(context)
  return isCountry && /^[1-9]/.test(number) ? `${context}${number}` : number
}
