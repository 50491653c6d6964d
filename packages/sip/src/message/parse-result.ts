import type { SipMessage, SipRequest } from './message.ts'

/** Why bytes are no acceptable SIP message. */
export type ParseReason =
  | 'message.empty'
  | 'message.too-large'
  | 'message.truncated'
  | 'message.start-line'
  | 'message.version'
  | 'message.request-uri'
  | 'message.request-uri-too-long'
  | 'message.too-many-headers'
  | 'message.header-too-long'
  | 'message.header-syntax'
  | 'message.header-missing'
  | 'message.header-invalid'
  | 'message.header-repeated'
  | 'message.cseq-method'
  | 'message.content-length'

/** Bytes that were refused. Never contains the refused text itself, so that it may be logged. */
export interface ParseFailure {
  readonly ok: false
  readonly reason: ParseReason
  /** The header at fault, by its long lower-case name, where there is one. */
  readonly header?: string
  /** The response the RFC asks for. Meaningful only with `salvage`. */
  readonly status: 400 | 413 | 414 | 505 | 513
  /**
   * What an answer to a refused request is made of: its start line, its well-formed Vias, and the first From, To,
   * Call-ID and CSeq as they came, malformed or not, so that the sender knows its request again. Absent when no response can or may be sent: responses, ACK, no usable Via, keep-alives.
   */
  readonly salvage?: SipRequest
}

/** A message, or why it was refused and with which status it is answered. */
export type ParseResult = { readonly ok: true; readonly message: SipMessage } | ParseFailure

/** Limits of the parser. */
export interface ParseLimits {
  /** Bytes of a whole message. Over it: 513. */
  readonly messageBytes: number
  /** Bytes of a body. Over it: 413. */
  readonly bodyBytes: number
  /** Header fields. Over it: 513. */
  readonly headers: number
  /** UTF-16 units of one unfolded header line or start line. Over it: 513. */
  readonly lineLength: number
  /** UTF-16 units of a Request-URI. Over it: 414. */
  readonly uriLength: number
}

/** The limits of `parseMessage` where none are given. Bytes, and numbers of headers. */
export const DEFAULT_LIMITS: ParseLimits = {
  messageBytes: 65535,
  bodyBytes: 65535,
  headers: 200,
  lineLength: 8192,
  uriLength: 4096,
}
