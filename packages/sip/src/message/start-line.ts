import { isToken, parseNumber } from './grammar.ts'
import { NO_BODY, type SipMessage, type SipRequest } from './message.ts'
import type { ParseLimits } from './parse-result.ts'
import { parseUri } from './uri.ts'
import type { Flaw } from './validate.ts'

const STATUS_LINE = /^SIP\/(\d+\.\d+) (\d+)(?: (.*))?$/is
const VERSION = /^SIP\/(\d+\.\d+)$/i

export interface StartLine {
  /** Headers and body are still empty. */
  readonly message: SipMessage
  readonly flaw?: Flaw
}

/** Reads a start line (RFC 3261 §7.1, §7.2); undefined when it is none, or one that nobody can be answered about. */
export function parseStartLine(line: string, limits: ParseLimits): StartLine | undefined {
  if (/[\r\n\0]/.test(line)) return undefined
  const status = STATUS_LINE.exec(line)
  return status === null ? parseRequestLine(line, limits) : parseStatusLine(status, limits)
}

function parseStatusLine([line, version, digits = '', reason = '']: RegExpExecArray, limits: ParseLimits) {
  const status = parseNumber(digits, 699)
  if (status === undefined || status < 100 || version !== '2.0' || line.length > limits.lineLength)
    return undefined
  return { message: { kind: 'response', status, reason, headers: [], body: NO_BODY } as const }
}

/** What stands between the first blank and ` SIP/` is the Request-URI, whatever it is: its sender gets an answer. */
function parseRequestLine(line: string, limits: ParseLimits): StartLine | undefined {
  const methodEnd = line.indexOf(' ')
  const uriEnd = line.toUpperCase().lastIndexOf(' SIP/')
  const method = line.slice(0, Math.max(0, methodEnd))
  if (!isToken(method) || uriEnd <= methodEnd) return undefined
  const uri = line.slice(methodEnd + 1, uriEnd)
  const message: SipRequest = { kind: 'request', method, uri, headers: [], body: NO_BODY }
  const flaw = requestLineFlaw(uri, line.slice(uriEnd + 1), limits)
  return flaw === undefined ? { message } : { message, flaw }
}

function requestLineFlaw(uri: string, version: string, limits: ParseLimits): Flaw | undefined {
  const number = VERSION.exec(version)?.[1]
  if (number === undefined) return { reason: 'message.start-line' }
  if (number !== '2.0') return { reason: 'message.version' }
  if (uri.length > limits.uriLength) return { reason: 'message.request-uri-too-long' }
  const parsed = parseUri(uri)
  // RFC 3261 §19.1.1: a Request-URI has no headers; obeying them would let a stranger write our headers.
  const hasHeaders = parsed !== undefined && 'headers' in parsed && parsed.headers.length > 0
  return parsed === undefined || hasHeaders ? { reason: 'message.request-uri' } : undefined
}
