import { trimBlanks } from './blanks.ts'
import {
  endOfQuoted,
  paramValue,
  parseParams,
  quote,
  serializeParams,
  unquote,
  withParam,
} from './grammar.ts'
import type { Param } from './message.ts'
import { parseUri } from './uri.ts'

/** `"Display" <uri>;params` (RFC 3261 §20.10). `uri` stays as on the wire; a Contact of `*` has the uri `*`. */
export interface NameAddr {
  readonly displayName?: string
  readonly uri: string
  readonly params: readonly Param[]
}

/** Parses a name-addr or addr-spec with header parameters; undefined when malformed. */
export function parseNameAddr(text: string): NameAddr | undefined {
  const trimmed = trimBlanks(text)
  if (trimmed === '*') return { uri: '*', params: [] }
  const open = trimmed.startsWith('"') ? openAfterQuoted(trimmed) : trimmed.indexOf('<')
  return open === undefined ? undefined : open < 0 ? parseAddrSpec(trimmed) : parseBracketed(trimmed, open)
}

/** Where the `<` stands after a quoted display name; undefined when something else follows it. */
function openAfterQuoted(text: string): number | undefined {
  const close = endOfQuoted(text, 0)
  const open = text.indexOf('<', close + 1)
  return close < 0 || open < 0 || trimBlanks(text.slice(close + 1, open)) !== '' ? undefined : open
}

// RFC 3261 §20: without brackets, everything after the first semicolon belongs to the header, and a comma or a question
// mark makes brackets mandatory.
function parseAddrSpec(text: string): NameAddr | undefined {
  const semicolon = text.indexOf(';')
  const uri = trimBlanks(semicolon < 0 ? text : text.slice(0, semicolon))
  const params = semicolon < 0 ? [] : parseParams(text.slice(semicolon + 1))
  if (params === undefined || /[,?]/.test(uri) || parseUri(uri) === undefined) return undefined
  return { uri, params }
}

function parseBracketed(text: string, open: number): NameAddr | undefined {
  const close = text.indexOf('>', open)
  if (close < 0) return undefined
  const uri = text.slice(open + 1, close)
  const rest = trimBlanks(text.slice(close + 1))
  const params = rest === '' ? [] : rest.startsWith(';') ? parseParams(rest.slice(1)) : undefined
  const name = displayNameOf(trimBlanks(text.slice(0, open)))
  if (params === undefined || name === undefined || parseUri(uri) === undefined) return undefined
  return name === '' ? { uri, params } : { displayName: name, uri, params }
}

/** Unquoted display names should be tokens; names with other letters are seen in the field and harmless. */
function displayNameOf(text: string): string | undefined {
  if (text.startsWith('"')) return unquote(text).toWellFormed()
  return /[",;:@<>]/.test(text) ? undefined : text.toWellFormed()
}

/** Writes a name-addr, always in brackets, the display name quoted. */
export function serializeNameAddr(address: NameAddr): string {
  if (address.uri === '*') return '*'
  const name = address.displayName === undefined ? '' : `${quote(address.displayName)} `
  return `${name}<${address.uri}>${serializeParams(address.params)}`
}

/** The `tag` parameter of a From or To. */
export const tagOf = (address: NameAddr | undefined): string | undefined =>
  address === undefined ? undefined : paramValue(address.params, 'tag')

/** The same address with a tag. */
export const withTag = (address: NameAddr, tag: string): NameAddr => ({
  ...address,
  params: withParam(address.params, 'tag', tag),
})
