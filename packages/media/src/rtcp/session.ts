import type { RtpOutput } from '../rtp/output.ts'
import type { ReceptionStatistics } from '../rtp/reception.ts'
import type { ReportBlock, RtcpPacket, SenderReport } from './packet.ts'
import { parseRtcp } from './parse.ts'
import { serializeRtcp } from './serialize.ts'

/** Two clocks: `now` is monotonic (ms), `unixMs` the wall clock that sender reports carry. */
export type RtcpTime = { readonly now: number; readonly unixMs: number }

export type RtcpSessionStats = {
  /** Compound packets received, and datagrams that were none. */
  readonly received: number
  readonly malformed: number
  readonly sent: number
  /** Round-trip time of the last report about us, in ms (RFC 3550 §6.4.1); undefined before one came. */
  readonly roundTripMs: number | undefined
  /** What the peer said last about our stream; undefined before it did. */
  readonly remote: ReportBlock | undefined
  /** The peer said goodbye. */
  readonly hasLeft: boolean
  /** `now` of the last valid packet. */
  readonly lastArrival: number | undefined
}

// Seconds from 1900 (NTP) to 1970 (Unix).
const NTP_EPOCH = 2_208_988_800

/** NTP time of a Unix time in ms: seconds since 1900 and 2^-32 fractions (RFC 3550 §4). */
export function ntpTime(unixMs: number): { seconds: number; fraction: number } {
  const whole = Math.floor(unixMs / 1000)
  return {
    seconds: (whole + NTP_EPOCH) >>> 0,
    fraction: Math.floor(((unixMs - whole * 1000) / 1000) * 2 ** 32),
  }
}

/** The middle 32 bits of the NTP time, in 1/65536 s (RFC 3550 §4). */
export function compactNtp(unixMs: number): number {
  const { seconds, fraction } = ntpTime(unixMs)
  return ((seconds << 16) | (fraction >>> 16)) >>> 0
}

/**
 * The RTCP of one RTP session with one peer: reports about what it sends us, and reads what it says about us.
 */
export class RtcpSession {
  readonly #output: RtpOutput
  readonly #cname: string
  #peerReport = 0
  #peerReportAt = 0
  #peerSsrc: number | undefined
  #roundTripMs: number | undefined
  #remote: ReportBlock | undefined
  #received = 0
  #malformed = 0
  #sent = 0
  #hasLeft = false
  #lastArrival: number | undefined

  /** @param options.cname canonical name (RFC 7022: random, not a person's or machine's name) */
  constructor(options: { readonly output: RtpOutput; readonly cname: string }) {
    this.#output = options.output
    this.#cname = options.cname
  }

  /**
   * Reads a datagram.
   *
   * @returns its packets, for what else is in them; undefined if it is malformed
   */
  receive(bytes: Uint8Array, time: RtcpTime): RtcpPacket[] | undefined {
    const packets = parseRtcp(bytes)
    if (packets === undefined) {
      this.#malformed++
      return undefined
    }
    this.#received++
    this.#lastArrival = time.now
    for (const packet of packets) this.#take(packet, time)
    return packets
  }

  /**
   * Makes the next compound packet: a sender report once something was sent, else a receiver report; then our
   * name.
   *
   * @param source what we receive, if anything: its SSRC and counts (starts their next interval)
   */
  report(source: { ssrc: number; reception: ReceptionStatistics } | undefined, time: RtcpTime): Uint8Array {
    this.#sent++
    const reports = source === undefined ? [] : [this.#reportBlock(source, time)]
    const { ssrc } = this.#output
    const rtpTimestamp = this.#output.timestampAt(time.now)
    const first =
      rtpTimestamp === undefined
        ? ({ type: 'RR', ssrc, reports } as const)
        : this.#senderReport(rtpTimestamp, reports, time)
    return serializeRtcp([first, { type: 'SDES', chunks: [{ ssrc, cname: this.#cname }] }])
  }

  /** Makes the last compound packet of the session (RFC 3550 §6.6). */
  goodbye(): Uint8Array {
    this.#sent++
    const { ssrc } = this.#output
    return serializeRtcp([
      { type: 'RR', ssrc, reports: [] },
      { type: 'SDES', chunks: [{ ssrc, cname: this.#cname }] },
      { type: 'BYE', ssrcs: [ssrc] },
    ])
  }

  #senderReport(rtpTimestamp: number, reports: ReportBlock[], time: RtcpTime): SenderReport {
    const { seconds, fraction } = ntpTime(time.unixMs)
    const { packets, octets } = this.#output.stats()
    const { ssrc } = this.#output
    return {
      type: 'SR',
      ssrc,
      ntpSeconds: seconds,
      ntpFraction: fraction,
      rtpTimestamp,
      packets,
      octets,
      reports,
    }
  }

  #reportBlock(source: { ssrc: number; reception: ReceptionStatistics }, time: RtcpTime): ReportBlock {
    const { lost, highestSequence } = source.reception.stats()
    const knows = this.#peerSsrc === source.ssrc
    return {
      ssrc: source.ssrc,
      fractionLost: source.reception.takeFractionLost(),
      cumulativeLost: lost,
      highestSequence,
      jitter: source.reception.jitterTicks,
      lastReport: knows ? this.#peerReport : 0,
      delaySinceLastReport: knows ? Math.round(((time.now - this.#peerReportAt) * 65536) / 1000) : 0,
    }
  }

  #take(packet: RtcpPacket, time: RtcpTime): void {
    if (packet.type === 'BYE') this.#hasLeft = true
    if (packet.type === 'SR') {
      this.#peerSsrc = packet.ssrc
      this.#peerReport = ((packet.ntpSeconds << 16) | (packet.ntpFraction >>> 16)) >>> 0
      this.#peerReportAt = time.now
    }
    if (packet.type !== 'SR' && packet.type !== 'RR') return
    for (const block of packet.reports) if (block.ssrc === this.#output.ssrc) this.#hearAboutUs(block, time)
  }

  #hearAboutUs(block: ReportBlock, time: RtcpTime): void {
    this.#remote = block
    if (block.lastReport === 0) return
    const roundTrip = (compactNtp(time.unixMs) - block.lastReport - block.delaySinceLastReport) | 0
    // A wall clock set back, or a peer that counts its delay wrongly, would give a negative time.
    if (roundTrip >= 0) this.#roundTripMs = (roundTrip * 1000) / 65536
  }

  stats(): RtcpSessionStats {
    return {
      received: this.#received,
      malformed: this.#malformed,
      sent: this.#sent,
      roundTripMs: this.#roundTripMs,
      remote: this.#remote,
      hasLeft: this.#hasLeft,
      lastArrival: this.#lastArrival,
    }
  }
}
