const SEQUENCES = 0x10000

/**
 * The 48-bit index of a packet, from its sequence number and the highest index so far (RFC 3711 §3.3.1, appendix A):
 * the one that lies nearest. Negative for a packet of before the stream's begin.
 *
 * @param highest -1 before the first packet
 */
export function packetIndex(sequence: number, highest: number): number {
  if (highest < 0) return sequence
  const last = highest % SEQUENCES
  const index = highest - last + sequence
  const distance = sequence - last
  if (distance > SEQUENCES / 2) return index - SEQUENCES
  return distance < -SEQUENCES / 2 ? index + SEQUENCES : index
}

/** Rollover counter of an index. */
export const rolloverOf = (index: number): number => Math.floor(index / SEQUENCES)
