import { paramValue, quote } from '../message/grammar.ts'
import type { Param } from '../message/message.ts'
import { decodeUtf8, encodeUtf8 } from '../message/utf8.ts'
import { parseDigestParams } from './auth-params.ts'
import type { DigestAuthorization } from './digest.ts'

/**
 * Reads one Authorization or Proxy-Authorization value (RFC 3261 §20.7, RFC 7616 §3.4). Undefined when it is malformed, lacks
 * a required parameter, or holds none or several Digest credentials. Unknown parameters are ignored.
 */
export function parseAuthorization(value: string): DigestAuthorization | undefined {
  const found = parseDigestParams(value)
  const params = found?.length === 1 ? found[0]?.params : undefined
  if (params === undefined) return undefined
  const username = usernameOf(params)
  const [realm, nonce, uri, response] = ['realm', 'nonce', 'uri', 'response'].map(n => paramValue(params, n))
  if (username === undefined || realm === undefined || nonce === undefined || uri === undefined)
    return undefined
  if (response === undefined || !/^[0-9a-f]{32,128}$/i.test(response)) return undefined
  const nc = paramValue(params, 'nc')
  if (nc !== undefined && !/^[0-9a-f]{8}$/i.test(nc)) return undefined
  return {
    username,
    realm,
    nonce,
    uri,
    response: response.toLowerCase(),
    algorithm: paramValue(params, 'algorithm') ?? 'MD5',
    ...present({ opaque: paramValue(params, 'opaque'), cnonce: paramValue(params, 'cnonce'), nc }),
    ...present({ qop: paramValue(params, 'qop')?.toLowerCase() }),
    userhash: paramValue(params, 'userhash')?.toLowerCase() === 'true',
  }
}

type Present<T> = { readonly [K in keyof T]?: Exclude<T[K], undefined> }

/** The entries that have a value. */
const present = <T extends Record<string, string | undefined>>(entries: T): Present<T> =>
  Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined)) as Present<T>

// RFC 7616 §3.4: exactly one of username and username*, the latter in the notation of RFC 5987.
function usernameOf(params: readonly Param[]): string | undefined {
  const plain = paramValue(params, 'username')
  const extended = paramValue(params, 'username*')
  if (extended === undefined) return plain
  return plain === undefined ? decodeExtended(extended) : undefined
}

function decodeExtended(text: string): string | undefined {
  const encoded = /^utf-8'[^']*'((?:[A-Za-z0-9!#$&+\-.^_`|~]|%[0-9A-Fa-f]{2})+)$/i.exec(text)?.[1]
  if (encoded === undefined) return undefined
  const bytes = encoded
    .match(/%..|./g)!
    .map(unit => (unit.length === 3 ? Number.parseInt(unit.slice(1), 16) : unit.charCodeAt(0)))
  return decodeUtf8(Uint8Array.from(bytes))
}

/** Writes credentials; `algorithm`, `qop`, `nc` and `userhash` are tokens, everything else is quoted (RFC 7616 §3.4). */
export function serializeAuthorization(authorization: DigestAuthorization): string {
  const { username, realm, nonce, uri, response, algorithm, opaque, cnonce, qop, nc } = authorization
  const params = [
    usernameParam(username),
    `realm=${quote(realm)}`,
    `nonce=${quote(nonce)}`,
    `uri=${quote(uri)}`,
    `response=${quote(response)}`,
    `algorithm=${algorithm}`,
    ...(cnonce === undefined ? [] : [`cnonce=${quote(cnonce)}`]),
    ...(opaque === undefined ? [] : [`opaque=${quote(opaque)}`]),
    ...(qop === undefined ? [] : [`qop=${qop}`]),
    ...(nc === undefined ? [] : [`nc=${nc}`]),
    ...(authorization.userhash ? ['userhash=true'] : []),
  ]
  return `Digest ${params.join(', ')}`
}

// RFC 3261 §25.1: a quoted string of SIP holds UTF-8, so username* is needed only for control characters, which no quoted
// string may hold.
function usernameParam(username: string): string {
  if (!/\p{Cc}/u.test(username)) return `username=${quote(username)}`
  const encoded = [...encodeUtf8(username)].map(byte => {
    const char = String.fromCharCode(byte)
    return /[A-Za-z0-9\-._~]/.test(char) ? char : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
  })
  return `username*=UTF-8''${encoded.join('')}`
}
