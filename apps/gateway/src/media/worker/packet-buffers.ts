/** Longest datagram passed on: an Ethernet frame. */
export const LONGEST_PACKET = 1500
const BUFFERS = 256

const buffers = Array.from({ length: BUFFERS }, () => Buffer.allocUnsafeSlow(LONGEST_PACKET))
let next = 0

/**
 * A buffer for the next packet to send, one of a ring for the whole worker. A datagram that the system could not take
 * at once still lies in its buffer, so a packet may use it until the ring has come round.
 */
export function takePacketBuffer(): Buffer {
  next = (next + 1) % BUFFERS
  return buffers[next]!
}
