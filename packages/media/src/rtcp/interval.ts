export type RtcpIntervalOptions = {
  /** Participants, ourselves included. */
  readonly members: number
  readonly senders: number
  /** Whether we sent RTP since the report before last. */
  readonly weSent: boolean
  /** RTCP share of the session bandwidth, bytes per second: 5 % of 8000 for G.711. */
  readonly bandwidth: number
  /** Average size of a compound packet with UDP and IP headers, bytes. */
  readonly averageSize: number
  /** Nothing has been sent yet. */
  readonly isInitial: boolean
  /** 0..1, exclusive of 1. */
  readonly random: number
}

const MINIMUM_MS = 5000
const SENDER_SHARE = 0.25
// Makes up for timer reconsideration converging below the intended average.
const COMPENSATION = Math.E - 1.5

/**
 * Time until the next RTCP packet, in ms (RFC 3550 §6.3.1, A.7): 0.5 to 1.5 times the deterministic interval.
 */
export function rtcpIntervalMs(options: RtcpIntervalOptions): number {
  const { members, senders, weSent, bandwidth, averageSize, isInitial, random } = options
  const minimum = isInitial ? MINIMUM_MS / 2 : MINIMUM_MS
  const sendersAreFew = senders > 0 && senders <= members * SENDER_SHARE
  const share = !sendersAreFew ? 1 : weSent ? SENDER_SHARE : 1 - SENDER_SHARE
  const sharers = !sendersAreFew ? members : weSent ? senders : members - senders
  const interval = Math.max(minimum, (averageSize * sharers * 1000) / (bandwidth * share))
  return (interval * (random + 0.5)) / COMPENSATION
}
