import { paramValue, parseParams, unquote } from '../message/grammar.ts'

/** An Identity header (RFC 8224 §4). */
export interface IdentityHeader {
  /** The full form carries header and claims; the compact form leaves them to be put together from the request. */
  readonly form: 'full' | 'compact'
  /** Base64url, as on the wire; empty in the compact form. */
  readonly header: string
  readonly claims: string
  readonly signature: string
  /** Where the certificate is (RFC 8224 §4.1 `info`). */
  readonly info: string
  /** As on the wire; undefined: ES256. */
  readonly algorithm: string | undefined
  /** The PASSporT extension (RFC 8225 §8.1), such as `shaken`. */
  readonly extension: string | undefined
}

const MAX_LENGTH = 8192
const PART = /^[A-Za-z0-9_-]*$/

/** Reads one Identity value (RFC 8224 §4, §4.1); undefined when it is malformed or longer than 8,192 characters. */
export function parseIdentity(value: string): IdentityHeader | undefined {
  const semicolon = value.indexOf(';')
  if (semicolon < 0 || value.length > MAX_LENGTH) return undefined
  const parts = value.slice(0, semicolon).trim().split('.')
  const [header = '', claims = '', signature = ''] = parts
  const params = parseParams(value.slice(semicolon + 1))
  if (parts.length !== 3 || !parts.every(part => PART.test(part)) || params === undefined) return undefined
  if (signature === '' || (header === '') !== (claims === '')) return undefined
  const info = /^<([^<>\s]+)>$/.exec(paramValue(params, 'info') ?? '')?.[1]
  if (info === undefined) return undefined
  const [algorithm, extension] = ['alg', 'ppt'].map(name => {
    const param = paramValue(params, name)
    return param === undefined ? undefined : unquote(param)
  })
  return { form: header === '' ? 'compact' : 'full', header, claims, signature, info, algorithm, extension }
}
