/** One header field as it was spelled: compact or long name, value unfolded and trimmed, nothing else changed. */
export interface Header {
  readonly name: string
  readonly value: string
}

/** A SIP request (RFC 3261 §7.1). Headers keep their order, unknown ones included. Bodies are bytes. */
export interface SipRequest {
  readonly kind: 'request'
  readonly method: string
  /** The Request-URI exactly as on the wire; `parseUri` reads it. */
  readonly uri: string
  readonly headers: readonly Header[]
  readonly body: Uint8Array
}

/** A SIP response (RFC 3261 §7.2). `status` is 100 to 699. */
export interface SipResponse {
  readonly kind: 'response'
  readonly status: number
  readonly reason: string
  readonly headers: readonly Header[]
  readonly body: Uint8Array
}

/** A request or a response (RFC 3261 §7). */
export type SipMessage = SipRequest | SipResponse

/** `;name` or `;name=value`. A quoted value keeps its quotes, so that writing it again gives the same text. */
export interface Param {
  readonly name: string
  readonly value?: string
}

export const NO_BODY: Uint8Array = new Uint8Array(0)

/** 1xx (RFC 3261 §7.2). */
export const isProvisional = (response: SipResponse): boolean => response.status < 200
/** 2xx (RFC 3261 §7.2). */
export const isSuccess = (response: SipResponse): boolean => response.status >= 200 && response.status < 300
