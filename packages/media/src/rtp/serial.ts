/** Next RTP sequence number: 16 bits, wraps (RFC 3550 §5.1). */
export function nextSequence(sequence: number): number {
  return (sequence + 1) & 0xffff
}

/**
 * How far `later` is ahead of `earlier`, -32768..32767; negative when it is behind. RFC 1982 arithmetic on 16
 * bits.
 */
export function sequenceDistance(earlier: number, later: number): number {
  return ((later - earlier) << 16) >> 16
}

/** Adds ticks to an RTP timestamp modulo 2^32; `ticks` may be negative. */
export function addTicks(timestamp: number, ticks: number): number {
  return (timestamp + ticks) >>> 0
}

/** How many ticks `later` is ahead of `earlier`, -2^31..2^31-1; negative when it is behind. */
export function tickDistance(earlier: number, later: number): number {
  return (later - earlier) | 0
}
