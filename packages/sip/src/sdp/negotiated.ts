import type { SrtpKey, SrtpSuite } from './crypto.ts'
import type { SdpDirection, SdpErrorCode, SdpSession } from './session.ts'

/** An audio codec by its RTP name (RFC 3551; G722 has clock rate 8000 there by mistake of history). */
export type CodecName = 'PCMU' | 'PCMA' | 'G722' | 'opus'

/** A codec that both ends have. */
export interface NegotiatedCodec {
  readonly name: CodecName
  /** 0 to 127, as the peer's description numbers it: the same in both directions. */
  readonly payloadType: number
  /** RTP clock rate in Hz. */
  readonly clockRate: number
  /** fmtp of the peer for this codec, verbatim. */
  readonly fmtp?: string
}

/** SDES (RFC 4568): each side sends under its own key. */
export interface NegotiatedSrtp {
  readonly suite: SrtpSuite
  /** Of the `a=crypto` line that was chosen. */
  readonly tag: number
  /** For what we send. */
  readonly local: SrtpKey
  /** For what the peer sends. */
  readonly remote: SrtpKey
}

/** What two descriptions agreed on for the one audio stream. */
export interface NegotiatedAudio {
  /** The one to send. */
  readonly codec: NegotiatedCodec
  /** Others that an answer to our offer accepted too: the peer may change to one of them at any time. */
  readonly alternatives?: readonly NegotiatedCodec[]
  /** RFC 4733 events; absent when the peer has none. */
  readonly telephoneEvent?: { readonly payloadType: number; readonly clockRate: number }
  /** Comfort noise (RFC 3389); absent unless both sides want it. */
  readonly comfortNoise?: { readonly payloadType: number; readonly clockRate: number }
  /** Where the peer wants RTP and RTCP. `0.0.0.0` is a hold of the old kind; `direction` then does not send. */
  readonly remote: {
    readonly address: string
    readonly port: number
    readonly rtcpPort: number
    /** Where it is not that of RTP. */
    readonly rtcpAddress?: string
  }
  /** ms of audio per packet that the peer asks for, 10 to 60; 20 when it does not say. */
  readonly ptime: number
  /** From our side: `sendonly` means we send and do not receive. */
  readonly direction: SdpDirection
  /** RTP and RTCP on one port (RFC 5761). */
  readonly rtcpMux: boolean
  /** Absent: plain RTP. */
  readonly srtp?: NegotiatedSrtp
  /** Which m-line of the description carries it, from 0. */
  readonly mediaIndex: number
}

/** An answer and what it settles, or why there is none. */
export type AnswerResult =
  | { readonly ok: true; readonly answer: SdpSession; readonly negotiated: NegotiatedAudio }
  | { readonly ok: false; readonly code: SdpErrorCode }

/** What offer and answer settled, or why they settle nothing. */
export type NegotiationResult =
  | { readonly ok: true; readonly negotiated: NegotiatedAudio }
  | { readonly ok: false; readonly code: SdpErrorCode }

/** What we say of our own side in an offer or an answer. */
export interface LocalAudio {
  /** In order of preference (a trunk's); the first that both sides have is taken. */
  readonly codecs: readonly CodecName[]
  /** IP address where we take RTP. */
  readonly address: string
  /** RTP port; RTCP is one higher, or the same with rtcp-mux. */
  readonly port: number
  /** RTCP port where it is not the one after `port` (RFC 3605). */
  readonly rtcpPort?: number
  /** Decimal id, the same in all descriptions of a dialog (RFC 8866 §5.2). */
  readonly sessionId: string
  /** Raised by one with every changed description of a dialog (RFC 3264 §8). */
  readonly sessionVersion: number
  /** What we want; an answer never allows more than the offer did. Default `sendrecv`. */
  readonly direction?: SdpDirection
  /** ms per packet, default 20. */
  readonly ptime?: number
  /** Default true. */
  readonly telephoneEvent?: boolean
  /** Default false: only when the media side can tell RTP and RTCP apart. */
  readonly rtcpMux?: boolean
  /** Default false: a peer that sends comfort noise stops sending packets in silence. */
  readonly comfortNoise?: boolean
  /**
   * Our keys, at most one for each suite, the most wanted first; the same in all descriptions of a dialog, so that the
   * stream goes on under its key. Absent: plain RTP only. `optional` takes plain RTP too and offers as RFC 8643 does.
   */
  readonly srtp?: { readonly policy: 'optional' | 'required'; readonly keys: readonly SrtpKey[] }
}

/** What of our side matters to what is agreed on. */
export type LocalWishes = Omit<LocalAudio, 'address' | 'port'>
