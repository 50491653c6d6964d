import { trimBlanks } from './blanks.ts'
import { parseNumber } from './grammar.ts'
import { parseHeaderFields } from './header-fields.ts'
import { canonicalName } from './header-names.ts'
import { contentLengthOf, topVia } from './headers.ts'
import type { SipMessage } from './message.ts'
import {
  DEFAULT_LIMITS,
  type ParseFailure,
  type ParseLimits,
  type ParseReason,
  type ParseResult,
} from './parse-result.ts'
import { parseStartLine } from './start-line.ts'
import { decodeUtf8 } from './utf8.ts'
import { type Flaw, findFlaw, salvageHeaders } from './validate.ts'

/**
 * Parses one SIP message (RFC 3261 §7). Never throws; linear in the number of bytes.
 * `datagram`: the body is what follows, cut to Content-Length (§18.3). `stream`: Content-Length is required, and the
 * bytes must be exactly one message (`StreamFramer` cuts them).
 */
export function parseMessage(
  bytes: Uint8Array,
  options: { transport: 'datagram' | 'stream'; limits?: Partial<ParseLimits> },
): ParseResult {
  const limits = { ...DEFAULT_LIMITS, ...options.limits }
  const start = skipLineBreaks(bytes)
  if (start === bytes.length || isZeros(bytes)) return refuse({ reason: 'message.empty' })
  // Only the head of a giant message is read, and only to find out whom to answer.
  const end = endOfHead(bytes, start, Math.min(bytes.length, start + limits.messageBytes))
  const head = parseHead(decodeUtf8(bytes.subarray(start, end.head)), limits)
  if (head.message === undefined) return refuse(head.flaw)
  if (bytes.length - start > limits.messageBytes) return refuse({ reason: 'message.too-large' }, head.message)
  if (end.body === undefined) return refuse({ reason: 'message.truncated' }, head.message)
  const flaw = head.flaw ?? findFlaw(head.message)
  if (flaw !== undefined) return refuse(flaw, head.message)
  return withBody(head.message, bytes.slice(end.body), { ...options, limits })
}

/** RFC 3261 §7.5: line breaks before the start line are ignored. */
function skipLineBreaks(bytes: Uint8Array): number {
  let at = 0
  while (bytes[at] === 0x0d || bytes[at] === 0x0a) at++
  return at
}

/** Some devices keep a NAT binding open with a few zero bytes. */
const isZeros = (bytes: Uint8Array): boolean => bytes.length <= 8 && bytes.every(byte => byte === 0)

/** Finds the empty line: where the head ends and the body starts; no `body` when there is none before `limit`. */
export function endOfHead(bytes: Uint8Array, start: number, limit: number): { head: number; body?: number } {
  for (let at = bytes.indexOf(0x0d, start); at >= 0 && at + 3 < limit; at = bytes.indexOf(0x0d, at + 1)) {
    if (bytes[at + 1] === 0x0a && bytes[at + 2] === 0x0d && bytes[at + 3] === 0x0a)
      return { head: at, body: at + 4 }
  }
  return { head: limit }
}

type Head =
  | { readonly message: SipMessage; readonly flaw?: Flaw }
  | { readonly message?: undefined; readonly flaw: Flaw }

function parseHead(text: string, limits: ParseLimits): Head {
  const [first = '', ...lines] = text.split('\r\n')
  const start = parseStartLine(first, limits)
  if (start === undefined) {
    return {
      flaw: { reason: first.length > limits.lineLength ? 'message.header-too-long' : 'message.start-line' },
    }
  }
  const { headers, flaw } = parseHeaderFields(lines, limits)
  const found = start.flaw ?? flaw
  const message = { ...start.message, headers }
  return found === undefined ? { message } : { message, flaw: found }
}

function withBody(
  message: SipMessage,
  rest: Uint8Array,
  { transport, limits }: { transport: 'datagram' | 'stream'; limits: ParseLimits },
): ParseResult {
  const length = contentLengthOf(message)
  // RFC 3261 §18.3: required on streams; a datagram shorter than it says is refused, a longer one is cut.
  const wrong = transport === 'stream' ? length !== rest.length : length !== undefined && length > rest.length
  if ((length ?? rest.length) > limits.bodyBytes) return refuse({ reason: 'message.too-large' }, message, 413)
  if (wrong) return refuse({ reason: 'message.content-length', header: 'content-length' }, message)
  return { ok: true, message: { ...message, body: rest.subarray(0, length ?? rest.length) } }
}

const STATUS: Readonly<Partial<Record<ParseReason, ParseFailure['status']>>> = {
  'message.request-uri-too-long': 414,
  'message.version': 505,
  'message.too-large': 513,
  'message.too-many-headers': 513,
  'message.header-too-long': 513,
}

function refuse(flaw: Flaw, message?: SipMessage, status = STATUS[flaw.reason] ?? 400): ParseFailure {
  const failure: ParseFailure = { ok: false, status, ...flaw }
  if (message?.kind !== 'request' || message.method === 'ACK') return failure
  const salvage = { ...message, headers: salvageHeaders(message) }
  return topVia(salvage) === undefined ? failure : { ...failure, salvage }
}

/**
 * The Content-Length of a head that is not parsed yet, for framing; undefined when it is absent, malformed or repeated:
 * two elements that believe different ones see different messages (RFC 4475 §3.3.9).
 */
export function framedLength(head: string): number | undefined {
  const lengths = head.split('\r\n').flatMap(line => {
    const colon = line.indexOf(':')
    const named = colon > 0 && canonicalName(trimBlanks(line.slice(0, colon))) === 'content-length'
    return named ? [trimBlanks(line.slice(colon + 1))] : []
  })
  return lengths.length === 1 ? parseNumber(lengths[0]!, 2 ** 31 - 1) : undefined
}
