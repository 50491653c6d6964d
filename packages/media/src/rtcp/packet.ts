/** What a receiver says about one source (RFC 3550 §6.4.1). */
export type ReportBlock = {
  readonly ssrc: number
  /** Since the last report, in 256ths: 0..255. */
  readonly fractionLost: number
  /** Signed, 24 bits: duplicates can make it negative. */
  readonly cumulativeLost: number
  /** Cycles × 65536 + highest sequence number, 32 bits. */
  readonly highestSequence: number
  /** Ticks. */
  readonly jitter: number
  /** Middle 32 bits of the NTP time of the last sender report from this source; 0 if there was none. */
  readonly lastReport: number
  /** Time from that report to this one, in 1/65536 s. */
  readonly delaySinceLastReport: number
}

export type SenderReport = {
  readonly type: 'SR'
  readonly ssrc: number
  readonly ntpSeconds: number
  readonly ntpFraction: number
  readonly rtpTimestamp: number
  readonly packets: number
  readonly octets: number
  readonly reports: readonly ReportBlock[]
}

export type ReceiverReport = {
  readonly type: 'RR'
  readonly ssrc: number
  readonly reports: readonly ReportBlock[]
}

/** Only canonical names are read and written. */
export type SourceDescription = {
  readonly type: 'SDES'
  readonly chunks: readonly { readonly ssrc: number; readonly cname: string | undefined }[]
}

export type Goodbye = { readonly type: 'BYE'; readonly ssrcs: readonly number[] }

/**
 * Well-formed, but of a kind this package does not read: feedback (RFC 4585), extended reports (RFC 3611),
 * APP.
 */
export type OtherRtcp = { readonly type: 'other'; readonly packetType: number }

export type RtcpPacket = SenderReport | ReceiverReport | SourceDescription | Goodbye | OtherRtcp

/** Packet types (RFC 3550 §12.1). */
export const RTCP_TYPE = { SR: 200, RR: 201, SDES: 202, BYE: 203 } as const

/** The SDES item type of a canonical name (RFC 3550 §6.5.1). */
export const CNAME_ITEM = 1
export const REPORT_BLOCK_BYTES = 24
/** A count field has 5 bits. */
export const MAX_COUNT = 31
