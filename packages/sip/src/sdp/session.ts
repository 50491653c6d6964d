/** `a=name` or `a=name:value`, kept as it was (crypto, candidates and all others too). */
export interface SdpAttribute {
  readonly name: string
  readonly value?: string
}

/** A line this package does not interpret (i, u, e, p, b, r, z, k, a second c), kept as it was. */
export interface SdpLine {
  readonly type: string
  readonly value: string
}

/** `c=`: network type IN, address without multicast suffix interpretation. */
export interface SdpConnection {
  readonly addressType: 'IP4' | 'IP6'
  readonly address: string
}

/** `o=` (RFC 8866 §5.2). Ids are decimal text: they may exceed 2^53. */
export interface SdpOrigin extends SdpConnection {
  readonly username: string
  readonly sessionId: string
  readonly sessionVersion: string
}

/** One `m=` section (RFC 8866 §5.14). */
export interface SdpMedia {
  readonly type: string
  /** 0 means refused or switched off. */
  readonly port: number
  readonly portCount?: number
  readonly protocol: string
  readonly formats: readonly string[]
  readonly connection?: SdpConnection
  readonly lines: readonly SdpLine[]
  readonly attributes: readonly SdpAttribute[]
}

/** A session description (RFC 8866). */
export interface SdpSession {
  readonly origin: SdpOrigin
  readonly name: string
  readonly connection?: SdpConnection
  readonly timing: readonly string[]
  readonly lines: readonly SdpLine[]
  readonly attributes: readonly SdpAttribute[]
  readonly media: readonly SdpMedia[]
}

/** Why a description cannot be read or used. */
export type SdpErrorCode =
  | 'sdp.too-large'
  | 'sdp.syntax'
  | 'sdp.no-audio'
  | 'sdp.no-common-codec'
  /** Neither RTP/AVP nor RTP/SAVP, e.g. DTLS-SRTP. */
  | 'sdp.no-common-transport'
  | 'sdp.no-address'
  | 'sdp.multicast'
  /** A secure line without a key that we can use. */
  | 'sdp.no-common-crypto'
  | 'sdp.srtp-required'
  | 'sdp.srtp-refused'
  /** An answer that is none to our offer. */
  | 'sdp.answer-mismatch'

/** A description, or what is wrong with it and where. */
export type SdpParseResult =
  | { readonly ok: true; readonly session: SdpSession }
  | { readonly ok: false; readonly code: SdpErrorCode }

/** RFC 8866 §6.7, as its author sees it. */
export type SdpDirection = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive'
