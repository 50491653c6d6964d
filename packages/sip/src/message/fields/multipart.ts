import { paramValue, unquote } from '../grammar.ts'
import { parseHeaderFields } from '../header-fields.ts'
import type { Header } from '../message.ts'
import { DEFAULT_LIMITS } from '../parse-result.ts'
import { decodeUtf8, encodeUtf8 } from '../utf8.ts'
import { contentDispositionOf, type MediaType, mediaTypeOf } from './content.ts'

/** A body that is not multipart: that of a message, or a part of it. */
export interface BodyPart {
  readonly headers: readonly Header[]
  readonly body: Uint8Array
}

/** `body.syntax`: answer 400. `body.too-many-parts` and `body.too-deep`: answer 413. */
export type BodyErrorCode = 'body.syntax' | 'body.too-many-parts' | 'body.too-deep'

/** The parts of a body, or why it has none that can be read. */
export type BodyResult =
  | { readonly ok: true; readonly parts: readonly BodyPart[] }
  | { readonly ok: false; readonly code: BodyErrorCode }

/** Multipart bodies inside multipart bodies. */
const MAX_DEPTH = 4
const MAX_PARTS = 32

/**
 * The bodies a message carries (RFC 5621): the parts of a multipart body (RFC 2046 §5.1), nested ones included, or the
 * one body it has; none when it is empty. At most 32 parts, 4 levels deep. Linear time, never throws.
 */
export function bodyPartsOf(message: BodyPart): BodyResult {
  const parts: BodyPart[] = []
  const code = message.body.length === 0 ? undefined : collect(message, parts, MAX_DEPTH)
  return code === undefined ? { ok: true, parts } : { ok: false, code }
}

/** The first body of a type, `application/sdp` for one, wherever it stands in a multipart body. */
export function bodyOfType(message: BodyPart, type: string): Uint8Array | undefined {
  const result = bodyPartsOf(message)
  return result.ok ? result.parts.find(part => mediaTypeOf(part)?.type === type)?.body : undefined
}

/**
 * The session description that a message carries as offer or answer (RFC 3261 §13.2.1, RFC 5621 §8.1), alone or beside other
 * bodies; undefined without one. A description for early media alone (RFC 3959) is none.
 */
export function sessionDescriptionOf(message: BodyPart): Uint8Array | undefined {
  const result = bodyPartsOf(message)
  const found = result.ok ? result.parts.find(isSessionDescription)?.body : undefined
  return found?.length === 0 ? undefined : found
}

const isSessionDescription = (part: BodyPart): boolean =>
  mediaTypeOf(part)?.type === 'application/sdp' && contentDispositionOf(part).type === 'session'

function collect(entity: BodyPart, into: BodyPart[], depth: number): BodyErrorCode | undefined {
  const type = mediaTypeOf(entity)
  if (type?.type.startsWith('multipart/') !== true) {
    into.push({ headers: entity.headers, body: entity.body })
    return into.length > MAX_PARTS ? 'body.too-many-parts' : undefined
  }
  if (depth === 0) return 'body.too-deep'
  const sections = sectionsOf(entity.body, type)
  if (sections === undefined) return 'body.syntax'
  if (sections.length > MAX_PARTS) return 'body.too-many-parts'
  for (const section of sections) {
    const part = parsePart(section)
    const code = part === undefined ? 'body.syntax' : collect(part, into, depth - 1)
    if (code !== undefined) return code
  }
  return undefined
}

/** What stands between the delimiters; undefined when the boundary is missing or the last delimiter is. */
function sectionsOf(body: Uint8Array, type: MediaType): Uint8Array[] | undefined {
  const boundary = unquote(paramValue(type.params, 'boundary') ?? '')
  // RFC 2046 §5.1.1: 1 to 70 characters.
  if (boundary === '' || boundary.length > 70) return undefined
  const delimiter = encodeUtf8(`--${boundary}`)
  const sections: Uint8Array[] = []
  let open = -1
  for (let line = 0; line < body.length; line = nextLine(body, line)) {
    if (!startsWith(body, delimiter, line)) continue
    const after = line + delimiter.length
    const closes = body[after] === DASH && body[after + 1] === DASH
    if (!closes && !isLineEnd(body, after)) continue
    // The line break before a delimiter belongs to it.
    if (open >= 0) sections.push(body.subarray(open, Math.max(open, line - 2)))
    if (closes) return sections
    if (sections.length > MAX_PARTS) return sections
    open = nextLine(body, after)
  }
  return undefined
}

const DASH = 0x2d

function nextLine(body: Uint8Array, from: number): number {
  const feed = body.indexOf(0x0a, from)
  return feed < 0 ? body.length : feed + 1
}

/** Blanks may stand between a delimiter and the end of its line. */
function isLineEnd(body: Uint8Array, from: number): boolean {
  let at = from
  while (body[at] === 0x20 || body[at] === 0x09) at++
  return body[at] === 0x0d && body[at + 1] === 0x0a
}

const startsWith = (body: Uint8Array, prefix: Uint8Array, at: number): boolean =>
  at + prefix.length <= body.length && prefix.every((byte, i) => body[at + i] === byte)

function parsePart(section: Uint8Array): BodyPart | undefined {
  if (section[0] === 0x0d && section[1] === 0x0a) return { headers: [], body: section.subarray(2) }
  let at = section.indexOf(0x0d)
  while (at >= 0 && !(section[at + 1] === 0x0a && section[at + 2] === 0x0d && section[at + 3] === 0x0a)) {
    at = section.indexOf(0x0d, at + 1)
  }
  const lines = decodeUtf8(at < 0 ? section : section.subarray(0, at)).split('\r\n')
  const { headers, flaw } = parseHeaderFields(lines, DEFAULT_LIMITS)
  if (flaw !== undefined) return undefined
  return { headers, body: at < 0 ? section.subarray(section.length) : section.subarray(at + 4) }
}
