import { canonicalName } from './header-names.ts'
import type { Header, SipMessage } from './message.ts'
import { decodeUtf8, encodeUtf8 } from './utf8.ts'

/** A line break inside a value would start a header of the sender's choice; it becomes a blank. */
const oneLine = (text: string): string => text.replace(/[\r\n]+/g, ' ')

const startLine = (message: SipMessage): string =>
  message.kind === 'request'
    ? `${oneLine(message.method)} ${oneLine(message.uri)} SIP/2.0`
    : `SIP/2.0 ${message.status} ${oneLine(message.reason)}`

/** Content-Length always tells the truth: it is corrected, or added as the last header (RFC 3261 §18.3). */
function framedHeaders(message: SipMessage): readonly Header[] {
  const value = String(message.body.length)
  let found = false
  const headers = message.headers.map(header => {
    if (canonicalName(header.name) !== 'content-length') return header
    found = true
    return Number(header.value) === message.body.length ? header : { name: header.name, value }
  })
  return found ? headers : [...headers, { name: 'Content-Length', value }]
}

/** Writes a message as bytes for the wire (RFC 3261 §7). Never throws; header text cannot break out of its line. */
export function serializeMessage(message: SipMessage): Uint8Array {
  const lines = framedHeaders(message).map(({ name, value }) => `${oneLine(name)}: ${oneLine(value)}\r\n`)
  const head = encodeUtf8(`${startLine(message)}\r\n${lines.join('')}\r\n`)
  const bytes = new Uint8Array(head.length + message.body.length)
  bytes.set(head)
  bytes.set(message.body, head.length)
  return bytes
}

/** The wire form as text for storing; `parseMessage(encodeUtf8(text), { transport: 'stream' })` reads it again without loss. */
export const messageToText = (message: SipMessage): string => decodeUtf8(serializeMessage(message))
