import {
  CNAME_ITEM,
  REPORT_BLOCK_BYTES,
  type ReportBlock,
  RTCP_TYPE,
  type RtcpPacket,
  type SourceDescription,
} from './packet.ts'

function parseReportBlock(view: DataView, at: number): ReportBlock {
  return {
    ssrc: view.getUint32(at),
    fractionLost: view.getUint8(at + 4),
    cumulativeLost: (view.getInt32(at + 4) << 8) >> 8,
    highestSequence: view.getUint32(at + 8),
    jitter: view.getUint32(at + 12),
    lastReport: view.getUint32(at + 16),
    delaySinceLastReport: view.getUint32(at + 20),
  }
}

function parseReportBlocks(view: DataView, at: number, count: number): ReportBlock[] | undefined {
  if (at + count * REPORT_BLOCK_BYTES > view.byteLength) return undefined
  return Array.from({ length: count }, (_, i) => parseReportBlock(view, at + i * REPORT_BLOCK_BYTES))
}

function parseSenderReport(view: DataView, count: number): RtcpPacket | undefined {
  const reports = view.byteLength < 28 ? undefined : parseReportBlocks(view, 28, count)
  if (reports === undefined) return undefined
  return {
    type: 'SR',
    ssrc: view.getUint32(4),
    ntpSeconds: view.getUint32(8),
    ntpFraction: view.getUint32(12),
    rtpTimestamp: view.getUint32(16),
    packets: view.getUint32(20),
    octets: view.getUint32(24),
    reports,
  }
}

function parseReceiverReport(view: DataView, count: number): RtcpPacket | undefined {
  const reports = view.byteLength < 8 ? undefined : parseReportBlocks(view, 8, count)
  return reports === undefined ? undefined : { type: 'RR', ssrc: view.getUint32(4), reports }
}

// Text on the wire is UTF-8 (RFC 3550 §6.5); what is not stays readable as Latin-1.
function decodeText(view: DataView, at: number, length: number): string {
  const codes = Array.from({ length }, (_, i) => view.getUint8(at + i))
  try {
    return decodeURIComponent(codes.map(code => `%${code.toString(16).padStart(2, '0')}`).join(''))
  } catch {
    return String.fromCharCode(...codes)
  }
}

// RFC 3550 §6.5: items up to a zero byte, then zeros to the next word. Undefined when an item overruns the
// packet.
function parseChunk(view: DataView, start: number): { cname: string | undefined; next: number } | undefined {
  let cname: string | undefined
  let at = start + 4
  while (at < view.byteLength && view.getUint8(at) !== 0) {
    if (at + 2 > view.byteLength) return undefined
    const length = view.getUint8(at + 1)
    if (at + 2 + length > view.byteLength) return undefined
    if (view.getUint8(at) === CNAME_ITEM) cname = decodeText(view, at + 2, length)
    at += 2 + length
  }
  return { cname, next: (at + 4) & ~3 }
}

function parseSourceDescription(view: DataView, count: number): RtcpPacket | undefined {
  const chunks: SourceDescription['chunks'][number][] = []
  let at = 4
  for (let i = 0; i < count; i++) {
    if (at + 8 > view.byteLength) return undefined
    const chunk = parseChunk(view, at)
    if (chunk === undefined) return undefined
    chunks.push({ ssrc: view.getUint32(at), cname: chunk.cname })
    at = chunk.next
  }
  return { type: 'SDES', chunks }
}

function parseGoodbye(view: DataView, count: number): RtcpPacket | undefined {
  if (4 + count * 4 > view.byteLength) return undefined
  return { type: 'BYE', ssrcs: Array.from({ length: count }, (_, i) => view.getUint32(4 + i * 4)) }
}

function parseOne(view: DataView, packetType: number, count: number): RtcpPacket | undefined {
  switch (packetType) {
    case RTCP_TYPE.SR:
      return parseSenderReport(view, count)
    case RTCP_TYPE.RR:
      return parseReceiverReport(view, count)
    case RTCP_TYPE.SDES:
      return parseSourceDescription(view, count)
    case RTCP_TYPE.BYE:
      return parseGoodbye(view, count)
    default:
      return { type: 'other', packetType }
  }
}

/**
 * Reads a compound RTCP packet (RFC 3550 §6.1, checks of A.2; it may begin with any type: RFC 5506).
 *
 * @returns undefined unless the whole datagram is well-formed
 */
export function parseRtcp(bytes: Uint8Array): RtcpPacket[] | undefined {
  const packets: RtcpPacket[] = []
  let at = 0
  while (at < bytes.length) {
    if (at + 4 > bytes.length || bytes[at]! >> 6 !== 2) return undefined
    const packetType = bytes[at + 1]!
    const end = at + 4 + ((bytes[at + 2]! << 8) | bytes[at + 3]!) * 4
    if (end > bytes.length || packetType < 192 || packetType > 223) return undefined
    const hasPadding = (bytes[at]! & 0x20) !== 0
    // RFC 3550 §6.4.1: only the last packet may be padded, by a multiple of four bytes that lies within it.
    const padding = hasPadding ? bytes[end - 1]! : 0
    if (hasPadding && (end !== bytes.length || padding === 0 || padding % 4 !== 0 || at + 4 + padding > end))
      return undefined
    const view = new DataView(bytes.buffer, bytes.byteOffset + at, end - padding - at)
    const packet = parseOne(view, packetType, bytes[at]! & 0x1f)
    if (packet === undefined) return undefined
    packets.push(packet)
    at = end
  }
  return packets.length === 0 ? undefined : packets
}
