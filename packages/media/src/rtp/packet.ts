/**
 * The fields of an RTP header and where the payload lies in `bytes`. Nothing is copied: `bytes` must outlive
 * it.
 */
export type RtpPacket = {
  readonly bytes: Uint8Array
  readonly marker: boolean
  /** 0..127 */
  readonly payloadType: number
  /** 0..65535 */
  readonly sequence: number
  /** 0..2^32-1 */
  readonly timestamp: number
  readonly ssrc: number
  /** Offset of the first payload byte: 12 plus contributing sources plus header extension. */
  readonly payloadOffset: number
  /** Without padding; may be 0. */
  readonly payloadLength: number
}

export type RtpHeader = Pick<RtpPacket, 'marker' | 'payloadType' | 'sequence' | 'timestamp' | 'ssrc'>

export const RTP_HEADER_BYTES = 12

function read32(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0
}

// RFC 3550 §5.3.1: 16 bits of profile, then the extension's length in words, not counting those four bytes.
function endOfHeader(bytes: Uint8Array): number {
  const end = RTP_HEADER_BYTES + (bytes[0]! & 0x0f) * 4
  if ((bytes[0]! & 0x10) === 0) return end
  if (bytes.length < end + 4) return Number.POSITIVE_INFINITY
  return end + 4 + ((bytes[end + 2]! << 8) | bytes[end + 3]!) * 4
}

/**
 * Reads one RTP packet (RFC 3550 §5.1) without copying it.
 *
 * Validates version, contributing sources, header extension and padding against the length, and refuses what
 * RFC 5761 §4 reserves for RTCP on a shared port.
 *
 * @returns undefined for anything that is not a well-formed RTP packet
 */
export function parseRtp(bytes: Uint8Array): RtpPacket | undefined {
  if (bytes.length < RTP_HEADER_BYTES || bytes[0]! >> 6 !== 2 || isRtcp(bytes)) return undefined
  const payloadOffset = endOfHeader(bytes)
  if (payloadOffset > bytes.length) return undefined
  let payloadLength = bytes.length - payloadOffset
  if (bytes[0]! & 0x20) {
    const padding = payloadLength === 0 ? 0 : bytes[bytes.length - 1]!
    if (padding === 0 || padding > payloadLength) return undefined
    payloadLength -= padding
  }
  return {
    bytes,
    marker: (bytes[1]! & 0x80) !== 0,
    payloadType: bytes[1]! & 0x7f,
    sequence: (bytes[2]! << 8) | bytes[3]!,
    timestamp: read32(bytes, 4),
    ssrc: read32(bytes, 8),
    payloadOffset,
    payloadLength,
  }
}

/** Whether a datagram on a port shared by both is RTCP: second byte 192..223 (RFC 5761 §4). */
export function isRtcp(bytes: Uint8Array): boolean {
  return bytes.length >= 2 && bytes[1]! >= 192 && bytes[1]! <= 223
}

/** The payload as a view into the packet's bytes. */
export function payloadOf(packet: RtpPacket): Uint8Array {
  return packet.bytes.subarray(packet.payloadOffset, packet.payloadOffset + packet.payloadLength)
}

/**
 * Writes the 12 bytes of a header without contributing sources, extension or padding. `target` has room for
 * them.
 */
export function writeRtpHeader(header: RtpHeader, target: Uint8Array): void {
  const { sequence, timestamp, ssrc } = header
  target[0] = 0x80
  target[1] = (header.marker ? 0x80 : 0) | (header.payloadType & 0x7f)
  target[2] = sequence >>> 8
  target[3] = sequence
  target[4] = timestamp >>> 24
  target[5] = timestamp >>> 16
  target[6] = timestamp >>> 8
  target[7] = timestamp
  target[8] = ssrc >>> 24
  target[9] = ssrc >>> 16
  target[10] = ssrc >>> 8
  target[11] = ssrc
}

/**
 * Writes a packet into `target`.
 *
 * @returns bytes written: 12 + payload
 * @throws RangeError if `target` is too short
 */
export function writeRtp(header: RtpHeader, payload: Uint8Array, target: Uint8Array): number {
  if (target.length < RTP_HEADER_BYTES + payload.length)
    throw new RangeError('the target is too short for the packet')
  target.set(payload, RTP_HEADER_BYTES)
  writeRtpHeader(header, target)
  return RTP_HEADER_BYTES + payload.length
}

/** Makes a packet in a buffer of its own (RFC 3550 §5.1). */
export function serializeRtp(header: RtpHeader, payload: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(RTP_HEADER_BYTES + payload.length)
  writeRtp(header, payload, bytes)
  return bytes
}

/**
 * Copies a packet's payload untouched behind a new header. Contributing sources, header extensions (their ids
 * belong to one leg's negotiation) and padding are left out. `target` may be the packet's own buffer.
 *
 * @returns bytes written: 12 + payload
 * @throws RangeError if `target` is too short
 */
export function rewriteHeader(packet: RtpPacket, header: RtpHeader, target: Uint8Array): number {
  const { bytes, payloadOffset, payloadLength } = packet
  const length = RTP_HEADER_BYTES + payloadLength
  if (target.length < length) throw new RangeError('the target is too short for the packet')
  if (payloadOffset !== RTP_HEADER_BYTES || bytes.length !== length)
    target.set(payloadOf(packet), RTP_HEADER_BYTES)
  else if (target !== bytes) target.set(bytes)
  writeRtpHeader(header, target)
  return length
}
