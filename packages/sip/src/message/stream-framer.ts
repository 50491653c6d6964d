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

/** Cuts a byte stream (TCP, TLS) into messages by Content-Length (RFC 3261 §18.3). Holds at most one message of bytes. */
export class StreamFramer {
  #chunks: Uint8Array[] = []
  #size = 0
  /** Bytes that must be there before looking again is worth it, so that drip-fed bytes stay linear. */
  #needed = 1
  #scanned = 0
  #broken = false
  readonly #limits: ParseLimits

  constructor(limits: Partial<ParseLimits> = {}) {
    this.#limits = { ...DEFAULT_LIMITS, ...limits }
  }

  /** Takes the next bytes (kept, not copied) and returns what is complete. Never throws. */
  push(bytes: Uint8Array): Framed[] {
    if (this.#broken || bytes.length === 0) return []
    this.#chunks.push(bytes)
    this.#size += bytes.length
    const found: Framed[] = []
    while (!this.#broken && this.#size >= this.#needed) {
      const buffer = this.#joined()
      const next = this.#next(buffer)
      if (next === undefined) break
      this.#keep(buffer.subarray(next.consumed))
      found.push(...next.framed)
    }
    return found
  }

  #joined(): Uint8Array {
    if (this.#chunks.length === 1) return this.#chunks[0]!
    const whole = new Uint8Array(this.#size)
    let at = 0
    for (const chunk of this.#chunks) {
      whole.set(chunk, at)
      at += chunk.length
    }
    this.#chunks = [whole]
    return whole
  }

  #keep(rest: Uint8Array): void {
    this.#chunks = rest.length === 0 ? [] : [rest]
    this.#size = rest.length
    this.#needed = 1
    this.#scanned = 0
  }

  #next(buffer: Uint8Array): { consumed: number; framed: Framed[] } | undefined {
    if (buffer[0] === 0x0d || buffer[0] === 0x0a) return this.#lineBreaks(buffer)
    const end = endOfHead(buffer, this.#scanned, buffer.length)
    if (end.body === undefined) return this.#awaitHead(buffer)
    const length = framedLength(decodeUtf8(buffer.subarray(0, end.head)))
    const total = end.body + (length ?? 0)
    if (length === undefined || total > this.#limits.messageBytes) return this.#break(buffer)
    if (buffer.length < total) {
      this.#scanned = end.head
      this.#needed = total
      return undefined
    }
    const result = parseMessage(buffer.subarray(0, total), { transport: 'stream', limits: this.#limits })
    const framed: Framed = result.ok
      ? { type: 'message', message: result.message }
      : { type: 'refused', failure: result }
    return { consumed: total, framed: [framed] }
  }

  #awaitHead(buffer: Uint8Array): { consumed: number; framed: Framed[] } | undefined {
    if (buffer.length > this.#limits.messageBytes) return this.#break(buffer)
    this.#scanned = Math.max(0, buffer.length - 3)
    this.#needed = Math.min(buffer.length * 2, buffer.length + 1)
    return undefined
  }

  /** RFC 5626 §3.5.1: a double CRLF is a ping, a single one a pong. A lone CR waits for its LF. */
  #lineBreaks(buffer: Uint8Array): { consumed: number; framed: Framed[] } | undefined {
    let at = 0
    while (buffer[at] === 0x0d || buffer[at] === 0x0a) at++
    if (at === 1 && buffer.length === 1) {
      this.#needed = 2
      return undefined
    }
    return {
      consumed: at,
      framed: at >= 4 ? [{ type: 'ping' }] : at === 2 && at === buffer.length ? [{ type: 'pong' }] : [],
    }
  }

  #break(buffer: Uint8Array): { consumed: number; framed: Framed[] } {
    this.#broken = true
    const limited = parseMessage(buffer, { transport: 'stream', limits: this.#limits })
    const failure: ParseFailure = limited.ok
      ? { ok: false, reason: 'message.content-length', status: 400 }
      : limited
    return { consumed: buffer.length, framed: [{ type: 'broken', failure }] }
  }
}
