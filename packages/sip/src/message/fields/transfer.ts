import { trimBlanks } from '../blanks.ts'
import { findParam, isToken, parseParams } from '../grammar.ts'
import { header } from '../header-names.ts'
import type { SipMessage } from '../message.ts'
import { type NameAddr, parseNameAddr } from '../name-addr.ts'
import { type Uri, unescapeUri } from '../uri.ts'

const addressIn = (message: SipMessage, name: string): NameAddr | undefined => {
  const value = header(message, name)
  const address = value === undefined ? undefined : parseNameAddr(value)
  return address?.uri === '*' ? undefined : address
}

/** Where a REFER points (RFC 3515 §2.1). */
export const referToOf = (message: SipMessage): NameAddr | undefined => addressIn(message, 'refer-to')

/** Who referred (RFC 3892 §2.1). */
export const referredByOf = (message: SipMessage): NameAddr | undefined => addressIn(message, 'referred-by')

/** The dialog that an INVITE replaces (RFC 3891 §6.1). The tags are as its receiver counts them. */
export interface Replaces {
  readonly callId: string
  /** The local tag of the dialog at the receiver. */
  readonly toTag: string
  /** The remote tag of the dialog at the receiver. */
  readonly fromTag: string
  readonly earlyOnly: boolean
}

/** Parses a Replaces value; undefined when malformed or when a tag is missing. */
export function parseReplaces(text: string): Replaces | undefined {
  const semicolon = text.indexOf(';')
  const callId = trimBlanks(text.slice(0, Math.max(0, semicolon)))
  const params = parseParams(text.slice(semicolon + 1))
  if (semicolon < 0 || callId === '' || /[\s,]/.test(callId) || params === undefined) return undefined
  const toTag = findParam(params, 'to-tag')?.value
  const fromTag = findParam(params, 'from-tag')?.value
  if (toTag === undefined || fromTag === undefined || !isToken(toTag) || !isToken(fromTag)) return undefined
  return { callId, toTag, fromTag, earlyOnly: findParam(params, 'early-only') !== undefined }
}

/** The Replaces of an INVITE. */
export const replacesOf = (message: SipMessage): Replaces | undefined =>
  parseReplaces(header(message, 'replaces') ?? '')

/** The Replaces that the URI of a Refer-To asks to be put into the INVITE (RFC 3891 §4, RFC 5589 §7). */
export function replacesInUri(uri: Uri): Replaces | undefined {
  if (!('headers' in uri)) return undefined
  const value = findParam(uri.headers, 'replaces')?.value
  return value === undefined ? undefined : parseReplaces(unescapeUri(value))
}
