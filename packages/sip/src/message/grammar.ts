import { trimBlanks } from './blanks.ts'
import { isIpv6 } from './ip-address.ts'
import type { Param } from './message.ts'

const TOKEN = /^[A-Za-z0-9\-.!%*_+`'~]+$/
const DIGITS = /^[0-9]+$/

/** RFC 3261 §25.1 `token`. */
export const isToken = (text: string): boolean => TOKEN.test(text)

/** Reads a decimal number within 0..max; undefined for anything else (signs, blanks, overflow). */
export function parseNumber(text: string, max: number): number | undefined {
  if (!DIGITS.test(text) || text.length > 16) return undefined
  const value = Number(text)
  return value <= max ? value : undefined
}

/** Where a quoted string that opens at `open` closes, or -1. Backslash escapes one character (RFC 3261 §25.1). */
export function endOfQuoted(text: string, open: number): number {
  for (let i = open + 1; i < text.length; i++) {
    if (text[i] === '\\') i++
    else if (text[i] === '"') return i
  }
  return -1
}

/**
 * Splits at a separator outside quoted strings and angle brackets; parts are trimmed.
 * Undefined when a quote or bracket is never closed.
 */
export function splitOutsideQuotes(text: string, separator: ',' | ';'): string[] | undefined {
  const parts: string[] = []
  let start = 0
  let bracket = false
  for (let i = 0; i < text.length; i++) {
    const char = text[i]
    if (char === '"' && !bracket) {
      i = endOfQuoted(text, i)
      if (i < 0) return undefined
    } else if (char === '<') bracket = true
    else if (char === '>') bracket = false
    else if (char === separator && !bracket) {
      parts.push(trimBlanks(text.slice(start, i)))
      start = i + 1
    }
  }
  parts.push(trimBlanks(text.slice(start)))
  return bracket ? undefined : parts
}

/** Parses `a=1;b;c="x"` (no leading semicolon). Undefined for an empty or misnamed parameter. */
export function parseParams(text: string): readonly Param[] | undefined {
  const parts = splitOutsideQuotes(text, ';')
  if (parts === undefined) return undefined
  const params: Param[] = []
  for (const part of parts) {
    const equals = part.indexOf('=')
    const name = trimBlanks(equals < 0 ? part : part.slice(0, equals))
    if (!isToken(name)) return undefined
    params.push(equals < 0 ? { name } : { name, value: trimBlanks(part.slice(equals + 1)) })
  }
  return params
}

/** Writes parameters with a leading semicolon each; an empty list gives an empty string. */
export const serializeParams = (params: readonly Param[]): string =>
  params.map(p => (p.value === undefined ? `;${p.name}` : `;${p.name}=${p.value}`)).join('')

/** A parameter by name, case-insensitively. */
export function findParam(params: readonly Param[], name: string): Param | undefined {
  return params.find(p => p.name.toLowerCase() === name.toLowerCase())
}

/** The value of a parameter; undefined when it is absent or has none. */
export const paramValue = (params: readonly Param[], name: string): string | undefined =>
  findParam(params, name)?.value

/** The list with one parameter set (in place where it stood, else last). */
export function withParam(params: readonly Param[], name: string, value?: string): readonly Param[] {
  const param: Param = value === undefined ? { name } : { name, value }
  const at = params.findIndex(p => p.name.toLowerCase() === name.toLowerCase())
  return at < 0 ? [...params, param] : params.with(at, param)
}

/** Removes quotes and backslash escapes from a quoted string; other text is returned as it is. */
export function unquote(text: string): string {
  if (text.length < 2 || !text.startsWith('"') || !text.endsWith('"')) return text
  return text.slice(1, -1).replace(/\\([\s\S])/g, '$1')
}

/** Writes text as a quoted string (RFC 3261 §25.1). */
export const quote = (text: string): string => `"${text.replace(/["\\]/g, '\\$&')}"`

const HOST_NAME = /^[A-Za-z0-9._-]+$/

/** `hostport` of RFC 3261 §25.1. */
export interface HostPort {
  /** A name or address; IPv6 without its brackets. */
  readonly host: string
  readonly port?: number
}

/** Parses `host`, `host:port`, `[ipv6]`, `[ipv6]:port` (RFC 3261 §25.1 `hostport`; RFC 5118 for IPv6). */
export function parseHostPort(text: string): HostPort | undefined {
  const bracketed = text.startsWith('[')
  const end = bracketed ? text.indexOf(']') : text.indexOf(':')
  if (bracketed && end < 0) return undefined
  const host = bracketed ? text.slice(1, end) : trimBlanks(end < 0 ? text : text.slice(0, end))
  const rest = trimBlanks(bracketed ? text.slice(end + 1) : end < 0 ? '' : text.slice(end))
  if (bracketed ? !isIpv6(host) : !HOST_NAME.test(host)) return undefined
  if (rest === '') return { host }
  const port = rest.startsWith(':') ? parseNumber(trimBlanks(rest.slice(1)), 65535) : undefined
  return port === undefined ? undefined : { host, port }
}

/** Writes a host with its port, IPv6 in brackets. */
export function serializeHostPort({ host, port }: HostPort): string {
  const name = host.includes(':') ? `[${host}]` : host
  return port === undefined ? name : `${name}:${port}`
}
