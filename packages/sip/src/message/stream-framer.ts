import { ByteQueue } from './byte-queue.ts'
import type { SipMessage } from './message.ts'
import { endOfHead, framedLength, parseMessage } from './parse.ts'
import { DEFAULT_LIMITS, type ParseFailure, type ParseLimits } from './parse-result.ts'
import { decodeUtf8 } from './utf8.ts'

/** What a stream carried. After `broken` nothing more comes: the connection must be closed. */
export type Framed =
  | { readonly type: 'message'; readonly message: SipMessage }
  /** CRLF CRLF between messages: answer with one CRLF (RFC 5626 §4.4.1). */
  | { readonly type: 'ping' }
  /** One CRLF: the answer to our ping. */
  | { readonly type: 'pong' }
  /** A whole message that was refused; the stream goes on behind it. */
  | { readonly type: 'refused'; readonly failure: ParseFailure }
  /** Where the next message starts is unknown (no Content-Length, too large, no end of head). */
  | { readonly type: 'broken'; readonly failure: ParseFailure }

interface Cut {
  readonly consumed: number
  readonly framed?: Framed
}

/** Cuts a byte stream (TCP, TLS) into messages by Content-Length (RFC 3261 §18.3). Holds at most one message of bytes. */
export class StreamFramer {
  readonly #limits: ParseLimits
  readonly #queue = new ByteQueue()
  /** Bytes that must be there before looking again is worth it, and where to look: drip-fed bytes cost linear time. */
  #needed = 1
  #scanned = 0
  #broken = false

  constructor(limits: Partial<ParseLimits> = {}) {
    this.#limits = { ...DEFAULT_LIMITS, ...limits }
  }

  /** Takes the next bytes and returns what is complete. Never throws. */
  push(bytes: Uint8Array): Framed[] {
    const found: Framed[] = []
    if (this.#broken) return found
    this.#queue.append(bytes)
    while (!this.#broken && this.#queue.length >= this.#needed) {
      const cut = this.#next(this.#queue.view())
      if (cut === undefined) break
      this.#queue.drop(cut.consumed)
      this.#needed = 1
      this.#scanned = 0
      if (cut.framed !== undefined) found.push(cut.framed)
    }
    return found
  }

  #next(bytes: Uint8Array): Cut | undefined {
    if (isLineBreak(bytes[0])) return this.#lineBreaks(bytes)
    const end = endOfHead(bytes, this.#scanned, bytes.length)
    if (end.body === undefined) return this.#awaitHead(bytes)
    const length = framedLength(decodeUtf8(bytes.subarray(0, end.head)))
    if (length === undefined) return this.#break(bytes, { reason: 'message.content-length', status: 400 })
    const total = end.body + length
    if (total > this.#limits.messageBytes)
      return this.#break(bytes, { reason: 'message.too-large', status: 513 })
    if (bytes.length < total) {
      this.#scanned = end.head
      this.#needed = total
      return undefined
    }
    const result = parseMessage(bytes.subarray(0, total), { transport: 'stream', limits: this.#limits })
    const framed: Framed = result.ok
      ? { type: 'message', message: result.message }
      : { type: 'refused', failure: result }
    return { consumed: total, framed }
  }

  #awaitHead(bytes: Uint8Array): Cut | undefined {
    if (bytes.length > this.#limits.messageBytes) {
      return this.#break(bytes, { reason: 'message.too-large', status: 513 })
    }
    this.#scanned = Math.max(0, bytes.length - 3)
    this.#needed = bytes.length + 1
    return undefined
  }

  /** RFC 5626 §3.5.1: a double CRLF is a ping, a single one a pong; before a message they mean nothing. */
  #lineBreaks(bytes: Uint8Array): Cut | undefined {
    let run = 1
    while (isLineBreak(bytes[run])) run++
    if (run >= 4) return { consumed: run, framed: { type: 'ping' } }
    if (run < bytes.length) return { consumed: run }
    if (run === 2) return { consumed: run, framed: { type: 'pong' } }
    this.#needed = run + 1
    return undefined
  }

  #break(bytes: Uint8Array, why: Pick<ParseFailure, 'reason' | 'status'>): Cut {
    this.#broken = true
    const parsed = parseMessage(bytes, { transport: 'stream', limits: this.#limits })
    const salvage = parsed.ok || parsed.salvage === undefined ? {} : { salvage: parsed.salvage }
    return { consumed: bytes.length, framed: { type: 'broken', failure: { ok: false, ...why, ...salvage } } }
  }
}

const isLineBreak = (byte: number | undefined): boolean => byte === 0x0d || byte === 0x0a
