import { endOfQuoted, isToken, unquote } from '../message/grammar.ts'
import type { Param } from '../message/message.ts'

/** One `scheme name=value, …` of an authentication header; values unquoted, names in lower case. */
export interface AuthParams {
  /** In lower case. */
  readonly scheme: string
  readonly params: readonly Param[]
}

const MAX_PARAMS = 50

/**
 * Reads an authentication header (RFC 3261 §25.1, RFC 7235 §2.1). SIP writes one challenge per line; several in one, as HTTP
 * allows, are read too. Schemes other than Digest are left out. Undefined when the text is malformed, names a parameter twice,
 * or has more than 50. Linear time.
 */
export function parseDigestParams(text: string): readonly AuthParams[] | undefined {
  const parts = splitAtCommas(text)
  if (parts === undefined || parts.length > MAX_PARAMS) return undefined
  const found: { scheme: string; params: Param[] }[] = []
  for (const part of parts) {
    const start = /^([^\s="]+)[ \t]+(?![ \t=])(.*)$/s.exec(part)
    const scheme = start?.[1]?.toLowerCase()
    if (scheme !== undefined) found.push({ scheme, params: [] })
    // Other schemes may come without parameters.
    else if (found.length === 0 && isToken(part)) found.push({ scheme: part.toLowerCase(), params: [] })
    const current = found.at(-1)
    if (current === undefined) return undefined
    if (current.scheme !== 'digest') continue
    const param = parseParam(start?.[2] ?? part)
    if (param === undefined || current.params.some(known => known.name === param.name)) return undefined
    current.params.push(param)
  }
  return found.filter(({ scheme }) => scheme === 'digest')
}

/** Parts between commas outside quoted strings, trimmed; empty ones are left out (RFC 7230 §7). */
function splitAtCommas(text: string): string[] | undefined {
  const parts: string[] = []
  let start = 0
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '"') {
      i = endOfQuoted(text, i)
      if (i < 0) return undefined
    } else if (text[i] === ',') {
      parts.push(text.slice(start, i).trim())
      start = i + 1
    }
  }
  parts.push(text.slice(start).trim())
  return parts.filter(part => part !== '')
}

function parseParam(text: string): Param | undefined {
  const equals = text.indexOf('=')
  const name = text.slice(0, Math.max(equals, 0)).trim().toLowerCase()
  const value = text.slice(equals + 1).trim()
  if (!isToken(name) || value === '') return undefined
  if (!value.startsWith('"')) return /[\s"]/.test(value) ? undefined : { name, value }
  return endOfQuoted(value, 0) === value.length - 1 ? { name, value: unquote(value) } : undefined
}
