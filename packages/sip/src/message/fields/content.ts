import { isToken, parseParams, splitOutsideQuotes } from '../grammar.ts'
import { header, headerLines } from '../header-names.ts'
import type { Header, Param } from '../message.ts'

type WithHeaders = { readonly headers: readonly Header[] }

/** A media type (RFC 3261 §20.15) or media range (§20.1), such as `application/sdp` or `text/*`. */
export interface MediaType {
  /** In lower case. */
  readonly type: string
  readonly params: readonly Param[]
}

/** Parses a media type or range; undefined when malformed. */
export function parseMediaType(text: string): MediaType | undefined {
  const semicolon = text.indexOf(';')
  const type = (semicolon < 0 ? text : text.slice(0, semicolon)).replace(/[ \t]/g, '').toLowerCase()
  const params = semicolon < 0 ? [] : parseParams(text.slice(semicolon + 1))
  const [main = '', sub = '', ...rest] = type.split('/')
  return params === undefined || rest.length > 0 || !isToken(main) || !isToken(sub)
    ? undefined
    : { type, params }
}

/** The Content-Type of a message or body part; undefined when absent or malformed. */
export const mediaTypeOf = (message: WithHeaders): MediaType | undefined =>
  parseMediaType(header(message, 'content-type') ?? '')

/** How a body is to be treated (RFC 3261 §20.11). */
export interface ContentDisposition {
  /** In lower case: `session`, `render`, `early-session`, … */
  readonly type: string
  /** Whether a reader that does not understand the body may go on. */
  readonly optional: boolean
  /** Whether the sender says that no reader may. It is what holds where nothing is said (§20.11), but few obey that. */
  readonly required: boolean
}

/** The Content-Disposition; without one, `session` for a session description and `render` for the rest (§20.11). */
export function contentDispositionOf(message: WithHeaders): ContentDisposition {
  const [type = '', ...params] = splitOutsideQuotes(header(message, 'content-disposition') ?? '', ';') ?? []
  const sdp = mediaTypeOf(message)?.type === 'application/sdp'
  const handling = params.flatMap(
    param => /^handling[ \t]*=[ \t]*"?(\w+)"?$/i.exec(param)?.[1]?.toLowerCase() ?? [],
  )[0]
  return {
    type: isToken(type) ? type.toLowerCase() : sdp ? 'session' : 'render',
    optional: handling === 'optional',
    required: handling === 'required',
  }
}

/** The Content-Encodings in the order they were applied, in lower case, without `identity`. */
export const contentEncodingsOf = (message: WithHeaders): string[] =>
  headerLines(message, 'content-encoding')
    .flatMap(line => splitOutsideQuotes(line, ',') ?? [])
    .map(coding => coding.toLowerCase())
    .filter(coding => coding !== 'identity' && coding !== '')

/**
 * Whether the sender takes an answer of this type (RFC 3261 §20.1): no Accept means `application/sdp`, an empty one
 * means nothing. `q=0` is treated as not listed.
 */
export function acceptsType(message: WithHeaders, type: string): boolean {
  const lines = headerLines(message, 'accept')
  if (lines.length === 0) return type === 'application/sdp'
  const ranges = lines.flatMap(line => splitOutsideQuotes(line, ',') ?? []).map(parseMediaType)
  const [main] = type.split('/')
  return ranges.some(range => {
    const refused = range?.params.some(({ name, value }) => name.toLowerCase() === 'q' && Number(value) === 0)
    return refused !== true && ['*/*', `${main}/*`, type].includes(range?.type ?? '')
  })
}
