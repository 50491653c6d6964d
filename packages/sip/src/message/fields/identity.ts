import { paramValue, parseParams, splitOutsideQuotes, unquote } from '../grammar.ts'
import { headerLines } from '../header-names.ts'
import type { SipMessage } from '../message.ts'

/** One Identity value (RFC 8224 §4): a signed statement of who calls. It is read here, not verified. */
export interface Identity {
  /** The PASSporT: three dot-separated parts in base64url; in compact form the first two are empty. */
  readonly token: string
  /** Where the certificate is. */
  readonly info?: string
  /** `ES256` when absent. */
  readonly algorithm: string
  /** The PASSporT extension, such as `shaken` (RFC 8588). */
  readonly extension?: string
}

const TOKEN = /^[A-Za-z0-9_=+/-]*\.[A-Za-z0-9_=+/-]*\.[A-Za-z0-9_=+/-]+$/

/** The Identity values in order; malformed ones, those of RFC 4474 among them, are left out. */
export const identitiesOf = (message: SipMessage): Identity[] =>
  headerLines(message, 'identity').flatMap(line =>
    (splitOutsideQuotes(line, ',') ?? []).flatMap(parseIdentity),
  )

function parseIdentity(value: string): Identity[] {
  const [token = '', ...rest] = splitOutsideQuotes(value, ';') ?? []
  const params = rest.length === 0 ? [] : parseParams(rest.join(';'))
  if (!TOKEN.test(token) || params === undefined) return []
  const info = /^<(.*)>$/s.exec(paramValue(params, 'info') ?? '')?.[1]
  const extension = paramValue(params, 'ppt')
  return [
    {
      token,
      algorithm: unquote(paramValue(params, 'alg') ?? 'ES256'),
      ...(info === undefined ? {} : { info }),
      ...(extension === undefined ? {} : { extension: unquote(extension) }),
    },
  ]
}
