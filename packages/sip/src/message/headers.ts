import { isToken, parseNumber, splitOutsideQuotes } from './grammar.ts'
import { header, headerLines } from './header-names.ts'
import type { SipMessage } from './message.ts'
import { type NameAddr, parseNameAddr } from './name-addr.ts'
import { parseVia, type Via } from './via.ts'

// Accessors read what stands in the header list and never throw: a missing or malformed header is undefined or left out.
// On a message that `parseMessage` accepted, Via, From, To, Call-ID and CSeq are there and well-formed.

/** All values of a comma-separated header across its lines (RFC 3261 §7.3.1); a malformed line is left out. */
export const headerList = (message: SipMessage, name: string): string[] =>
  headerLines(message, name).flatMap(line => splitOutsideQuotes(line, ',') ?? [])

const wellFormed = <T>(values: readonly (T | undefined)[]): T[] => values.filter(value => value !== undefined)

const addressOf = (value: string | undefined): NameAddr | undefined =>
  value === undefined ? undefined : parseNameAddr(value)

const addressList = (message: SipMessage, name: string): NameAddr[] =>
  wellFormed(headerList(message, name).map(parseNameAddr))

/** Via values, topmost first. */
export const viaList = (message: SipMessage): Via[] => wellFormed(headerList(message, 'via').map(parseVia))

/** The topmost Via; undefined when there is none or it is malformed (a lower one is never taken for it). */
export function topVia(message: SipMessage): Via | undefined {
  const line = header(message, 'via')
  const first = line === undefined ? undefined : splitOutsideQuotes(line, ',')?.[0]
  return first === undefined ? undefined : parseVia(first)
}

export const fromOf = (message: SipMessage): NameAddr | undefined => addressOf(header(message, 'from'))
export const toOf = (message: SipMessage): NameAddr | undefined => addressOf(header(message, 'to'))

/** The Call-ID, compared byte by byte (RFC 3261 §8.1.1.4). */
export const callIdOf = (message: SipMessage): string | undefined => header(message, 'call-id')

/** RFC 3261 §20.16. */
export interface CSeq {
  /** 0 to 2^31 - 1. */
  readonly number: number
  readonly method: string
}

/** The CSeq (RFC 3261 §20.16). */
export function cseqOf(message: SipMessage): CSeq | undefined {
  const [digits = '', method = '', ...rest] = (header(message, 'cseq') ?? '').split(/[ \t]+/)
  const number = parseNumber(digits, 2 ** 31 - 1)
  return number === undefined || rest.length > 0 || !isToken(method) ? undefined : { number, method }
}

/** Contact, in order (RFC 3261 §20.10). */
export const contactsOf = (message: SipMessage): NameAddr[] => addressList(message, 'contact')
/** Record-Route, in order (RFC 3261 §20.30). */
export const recordRoutesOf = (message: SipMessage): NameAddr[] => addressList(message, 'record-route')
/** Route, in order (RFC 3261 §20.34). */
export const routesOf = (message: SipMessage): NameAddr[] => addressList(message, 'route')

/** Max-Forwards, 0 to 255 (RFC 3261 §20.22). */
export const maxForwardsOf = (message: SipMessage): number | undefined =>
  parseNumber(header(message, 'max-forwards') ?? '', 255)

/** Content-Length in bytes. */
export const contentLengthOf = (message: SipMessage): number | undefined =>
  parseNumber(header(message, 'content-length') ?? '', 2 ** 31 - 1)

/** The media type without parameters, in lower case: `application/sdp`. */
export const contentTypeOf = (message: SipMessage): string | undefined =>
  header(message, 'content-type')?.split(';')[0]?.replace(/\s/g, '').toLowerCase()

/** Allow: the methods, as they are written (RFC 3261 §20.5). */
export const allowOf = (message: SipMessage): string[] => tokenList(message, 'allow')
/** Supported: the option tags (RFC 3261 §20.37). */
export const supportedOf = (message: SipMessage): string[] => tokenList(message, 'supported')
/** Require: the option tags (RFC 3261 §20.32). */
export const requireOf = (message: SipMessage): string[] => tokenList(message, 'require')
/** RFC 3261 §20.41. */
export const userAgentOf = (message: SipMessage): string | undefined => header(message, 'user-agent')

const tokenList = (message: SipMessage, name: string): string[] => headerList(message, name).filter(isToken)
