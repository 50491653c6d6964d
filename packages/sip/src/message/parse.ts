import { isToken, parseNumber } from './grammar.ts'
import { canonicalName } from './header-names.ts'
import { contentLengthOf, topVia } from './headers.ts'
import { type Header, NO_BODY, type SipMessage, type SipRequest } from './message.ts'
import {
  DEFAULT_LIMITS,
  type ParseFailure,
  type ParseLimits,
  type ParseReason,
  type ParseResult,
} from './parse-result.ts'
import { parseUri } from './uri.ts'
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
  if (first.length > limits.lineLength) return { flaw: { reason: 'message.header-too-long' } }
  const start = parseStartLine(first)
  const { headers, flaw } = parseHeaders(lines, limits)
  if (start === undefined) return { flaw: { reason: 'message.start-line' } }
  const found = start.flaw ?? flaw
  const message = { ...start.message, headers }
  return found === undefined ? { message } : { message, flaw: found }
}

const STATUS_LINE = /^SIP\/(\d+\.\d+) (\d+)(?: (.*))?$/is
const REQUEST_LINE = /^([^ ]+) ([^ ]*(?: [^ ]+)*) SIP\/(\d+\.\d+)$/i

function parseStartLine(line: string): { message: SipMessage; flaw?: Flaw } | undefined {
  const status = STATUS_LINE.exec(line)
  if (status !== null) {
    const code = parseNumber(status[2]!, 699)
    if (code === undefined || code < 100 || status[1] !== '2.0' || /[\r\n]/.test(line)) return undefined
    return {
      message: { kind: 'response', status: code, reason: status[3] ?? '', headers: [], body: NO_BODY },
    }
  }
  const request = REQUEST_LINE.exec(line)
  const method = request?.[1]
  const uri = request?.[2]
  if (method === undefined || uri === undefined || !isToken(method) || /[\r\n]/.test(uri)) return undefined
  const message: SipRequest = { kind: 'request', method, uri, headers: [], body: NO_BODY }
  if (request?.[3] !== '2.0') return { message, flaw: { reason: 'message.version' } }
  return parseUri(uri) === undefined ? { message, flaw: { reason: 'message.request-uri' } } : { message }
}

function parseHeaders(lines: readonly string[], limits: ParseLimits): { headers: Header[]; flaw?: Flaw } {
  const headers: Header[] = []
  const flaws: ParseReason[] = []
  let field: string[] = []
  const close = (): void => {
    if (field.length === 0) return
    const header = parseField(field.join(' '), limits)
    if (typeof header === 'string') flaws.push(header)
    else headers.push(header)
  }
  for (const line of lines) {
    // RFC 3261 §7.3.1: a line that starts with white space continues the one before it.
    if (/^[ \t]/.test(line) && field.length > 0) {
      field.push(line.trim())
      continue
    }
    close()
    field = [line]
    if (headers.length >= limits.headers) return { headers, flaw: { reason: 'message.too-many-headers' } }
  }
  close()
  return flaws[0] === undefined ? { headers } : { headers, flaw: { reason: flaws[0] } }
}

function parseField(line: string, limits: ParseLimits): Header | ParseReason {
  if (line.length > limits.lineLength) return 'message.header-too-long'
  const colon = line.indexOf(':')
  const name = line.slice(0, colon).trimEnd()
  // A bare CR or LF, or a NUL, is how one element is made to see other headers than the next.
  if (colon < 0 || !isToken(name) || /[\r\n\0]/.test(line)) return 'message.header-syntax'
  return { name, value: line.slice(colon + 1).trim() }
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
  'message.version': 505,
  'message.too-large': 513,
  'message.too-many-headers': 513,
  'message.header-too-long': 513,
}

function refuse(flaw: Flaw, message?: SipMessage, status = STATUS[flaw.reason] ?? 400): ParseFailure {
  const failure: ParseFailure = { ok: false, status, ...flaw }
  if (message?.kind !== 'request' || message.method === 'ACK' || topVia(message) === undefined) return failure
  return { ...failure, salvage: { ...message, headers: salvageHeaders(message) } }
}

/** The Content-Length of a head that is not parsed yet, for framing; undefined when absent or malformed. */
export function framedLength(head: string): number | undefined {
  for (const line of head.split('\r\n')) {
    const colon = line.indexOf(':')
    if (colon > 0 && canonicalName(line.slice(0, colon).trimEnd()) === 'content-length') {
      return parseNumber(line.slice(colon + 1).trim(), 2 ** 31 - 1)
    }
  }
  return undefined
}
