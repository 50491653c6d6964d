import { type HostPort, isToken, parseHostPort, serializeHostPort, serializeParams } from './grammar.ts'
import type { Param } from './message.ts'

/** A SIP or SIPS URI (RFC 3261 §19.1). User, password, parameters and headers stay escaped, as on the wire. */
export interface SipUri extends HostPort {
  readonly scheme: 'sip' | 'sips'
  readonly user?: string
  readonly password?: string
  readonly params: readonly Param[]
  readonly headers: readonly Param[]
}

/** A telephone URI (RFC 3966). `number` keeps its visual separators. */
export interface TelUri {
  readonly scheme: 'tel'
  readonly number: string
  readonly params: readonly Param[]
}

/** Any other absolute URI, kept whole. `scheme` is `other`; `text` starts with the real scheme. */
export interface OtherUri {
  readonly scheme: 'other'
  readonly text: string
}

/** A SIP, SIPS or tel URI in its parts; of another scheme, its text (RFC 3261 §19.1, RFC 3966). */
export type Uri = SipUri | TelUri | OtherUri

const SCHEME = /^([A-Za-z][A-Za-z0-9+.-]*):/
// Visible ASCII and everything beyond it (escaped bytes included), but no delimiters of the surrounding header.
const URI_TEXT = /^[!#-;=?-~\u0080-\uffff]+$/
const TEL_NUMBER = /^\+?[0-9A-Fa-f*#().-]+$/

/** Parses a URI; undefined when it is malformed. Linear time, never throws. */
export function parseUri(text: string): Uri | undefined {
  const scheme = SCHEME.exec(text)?.[1]
  if (scheme === undefined || !URI_TEXT.test(text)) return undefined
  const rest = text.slice(scheme.length + 1)
  const lower = scheme.toLowerCase()
  if (lower === 'sip' || lower === 'sips') return parseSip(lower, rest)
  if (lower === 'tel') return parseTel(rest)
  return rest === '' ? undefined : { scheme: 'other', text }
}

function parseSip(scheme: 'sip' | 'sips', rest: string): SipUri | undefined {
  const at = rest.indexOf('@')
  const userInfo = at < 0 ? undefined : rest.slice(0, at)
  const tail = rest.slice(at + 1)
  if (userInfo === '' || tail.includes('@')) return undefined
  const question = tail.indexOf('?')
  const [hostPort = '', ...params] = (question < 0 ? tail : tail.slice(0, question)).split(';')
  const address = parseHostPort(hostPort)
  const uriParams = parsePairs(params)
  const headers = question < 0 ? [] : parsePairs(tail.slice(question + 1).split('&'))
  if (address === undefined || uriParams === undefined || headers === undefined) return undefined
  return { scheme, ...splitUser(userInfo), ...address, params: uriParams, headers }
}

function splitUser(userInfo: string | undefined): { user?: string; password?: string } {
  if (userInfo === undefined) return {}
  const colon = userInfo.indexOf(':')
  return colon < 0
    ? { user: userInfo }
    : { user: userInfo.slice(0, colon), password: userInfo.slice(colon + 1) }
}

function parseTel(rest: string): TelUri | undefined {
  const [number = '', ...rawParams] = rest.split(';')
  const params = parsePairs(rawParams)
  return params === undefined || !TEL_NUMBER.test(number) ? undefined : { scheme: 'tel', number, params }
}

function parsePairs(parts: readonly string[]): Param[] | undefined {
  const params: Param[] = []
  for (const part of parts) {
    const equals = part.indexOf('=')
    const name = equals < 0 ? part : part.slice(0, equals)
    // RFC 3261 §25.1 allows []/:&+$ in parameter and header names of a URI beyond the characters of a token.
    if (!isToken(name.replace(/[[\]/:&+$?]/g, '_'))) return undefined
    params.push(equals < 0 ? { name } : { name, value: part.slice(equals + 1) })
  }
  return params
}

/** Writes a URI; the inverse of `parseUri` for everything it accepts (the scheme in lower case). */
export function serializeUri(uri: Uri): string {
  if (uri.scheme === 'other') return uri.text
  if (uri.scheme === 'tel') return `tel:${uri.number}${serializeParams(uri.params)}`
  const password = uri.password === undefined ? '' : `:${uri.password}`
  const user = uri.user === undefined ? '' : `${uri.user}${password}@`
  const headers = uri.headers.map(h => (h.value === undefined ? h.name : `${h.name}=${h.value}`)).join('&')
  const params = serializeParams(uri.params)
  return `${uri.scheme}:${user}${serializeHostPort(uri)}${params}${headers === '' ? '' : `?${headers}`}`
}

/** The user part of a SIP URI or the number of a tel URI, percent escapes decoded; undefined where there is none. */
export function uriUser(uri: Uri): string | undefined {
  if (uri.scheme === 'other') return undefined
  return uri.scheme === 'tel' ? uri.number : uri.user === undefined ? undefined : unescapeUri(uri.user)
}

/** Decodes `%41` escapes of printable ASCII; other escapes stay as they are (RFC 3261 §19.1.2). */
export const unescapeUri = (text: string): string =>
  text.replace(/%([2-7][0-9A-Fa-f])/g, (whole, hex: string) =>
    hex.toLowerCase() === '7f' ? whole : String.fromCharCode(Number.parseInt(hex, 16)),
  )

/** Escapes text for the user part of a SIP URI (RFC 3261 §25.1 `user`); non-ASCII is not expected here and becomes `%3F`. */
export const escapeUser = (text: string): string =>
  text.replace(/[^A-Za-z0-9\-_.!~*'()&=+$,;?/]/gu, char => {
    const code = char.codePointAt(0)!
    return `%${(code < 0x80 ? code : 0x3f).toString(16).toUpperCase().padStart(2, '0')}`
  })

/**
 * A parameter of a SIP or tel URI by name, escapes in its name and value decoded: `%6C%72` is `lr` (RFC 4475 §3.1.1.3).
 */
export function uriParam(uri: Uri, name: string): Param | undefined {
  if (uri.scheme === 'other') return undefined
  const wanted = name.toLowerCase()
  const param = uri.params.find(p => unescapeUri(p.name).toLowerCase() === wanted)
  return param?.value === undefined ? param : { name: param.name, value: unescapeUri(param.value) }
}

/** Whether a Route URI names a loose router (RFC 3261 §19.1.1 `lr`). */
export const isLooseRouter = (uri: Uri): boolean => uri.scheme !== 'tel' && uriParam(uri, 'lr') !== undefined

/** The `transport` parameter of a SIP URI in lower case. */
export const uriTransport = (uri: Uri): string | undefined => uriParam(uri, 'transport')?.value?.toLowerCase()
