import {
  CNAME_ITEM,
  type Goodbye,
  MAX_COUNT,
  REPORT_BLOCK_BYTES,
  type ReceiverReport,
  type ReportBlock,
  RTCP_TYPE,
  type SenderReport,
  type SourceDescription,
} from './packet.ts'

/** What this package can write; compound packets begin with a report (RFC 3550 §6.1). */
export type WritableRtcp = SenderReport | ReceiverReport | SourceDescription | Goodbye

type Body = { readonly packetType: number; readonly count: number; readonly bytes: Uint8Array }

function writeReportBlock(view: DataView, at: number, block: ReportBlock): void {
  const lost = Math.max(-0x800000, Math.min(0x7fffff, block.cumulativeLost))
  view.setUint32(at, block.ssrc)
  view.setUint32(at + 4, ((block.fractionLost & 0xff) << 24) | (lost & 0xffffff))
  view.setUint32(at + 8, block.highestSequence)
  view.setUint32(at + 12, block.jitter)
  view.setUint32(at + 16, block.lastReport)
  view.setUint32(at + 20, block.delaySinceLastReport)
}

function reportBody(report: SenderReport | ReceiverReport): Body {
  const offset = report.type === 'SR' ? 24 : 4
  const bytes = new Uint8Array(offset + report.reports.length * REPORT_BLOCK_BYTES)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, report.ssrc)
  if (report.type === 'SR') {
    view.setUint32(4, report.ntpSeconds)
    view.setUint32(8, report.ntpFraction)
    view.setUint32(12, report.rtpTimestamp)
    view.setUint32(16, report.packets)
    view.setUint32(20, report.octets)
  }
  report.reports.forEach((block, i) => {
    writeReportBlock(view, offset + i * REPORT_BLOCK_BYTES, block)
  })
  return { packetType: RTCP_TYPE[report.type], count: report.reports.length, bytes }
}

function encodeText(text: string): number[] {
  const bytes: number[] = []
  for (const part of encodeURIComponent(text).matchAll(/%([0-9A-F]{2})|[^%]/g)) {
    bytes.push(part[1] === undefined ? part[0].charCodeAt(0) : Number.parseInt(part[1], 16))
  }
  return bytes
}

function descriptionBody(description: SourceDescription): Body {
  const bytes: number[] = []
  for (const { ssrc, cname } of description.chunks) {
    bytes.push(ssrc >>> 24, (ssrc >>> 16) & 0xff, (ssrc >>> 8) & 0xff, ssrc & 0xff)
    if (cname !== undefined) {
      const text = encodeText(cname)
      if (text.length > 255) throw new RangeError('a canonical name has at most 255 bytes')
      bytes.push(CNAME_ITEM, text.length, ...text)
    }
    do bytes.push(0)
    while (bytes.length % 4 !== 0)
  }
  return { packetType: RTCP_TYPE.SDES, count: description.chunks.length, bytes: Uint8Array.from(bytes) }
}

function goodbyeBody(goodbye: Goodbye): Body {
  const bytes = new Uint8Array(goodbye.ssrcs.length * 4)
  const view = new DataView(bytes.buffer)
  goodbye.ssrcs.forEach((ssrc, i) => {
    view.setUint32(i * 4, ssrc)
  })
  return { packetType: RTCP_TYPE.BYE, count: goodbye.ssrcs.length, bytes }
}

function bodyOf(packet: WritableRtcp): Body {
  switch (packet.type) {
    case 'SR':
    case 'RR':
      return reportBody(packet)
    case 'SDES':
      return descriptionBody(packet)
    case 'BYE':
      return goodbyeBody(packet)
  }
}

/**
 * Makes a compound RTCP packet (RFC 3550 §6.1).
 *
 * @throws RangeError for more than 31 blocks, chunks or sources in one packet, or a name above 255 bytes
 */
export function serializeRtcp(packets: readonly WritableRtcp[]): Uint8Array {
  const bodies = packets.map(bodyOf)
  const compound = new Uint8Array(bodies.reduce((total, body) => total + 4 + body.bytes.length, 0))
  let at = 0
  for (const { packetType, count, bytes } of bodies) {
    if (count > MAX_COUNT) throw new RangeError('an RTCP packet counts to 31')
    const words = bytes.length / 4
    compound.set([0x80 | count, packetType, words >> 8, words & 0xff], at)
    compound.set(bytes, at + 4)
    at += 4 + bytes.length
  }
  return compound
}
