import { parseRtp } from '../rtp/packet.ts'
import { type Channel, type ChannelOptions, openChannel } from './layout.ts'
import { packetIndex, rolloverOf } from './packet-index.ts'
import { RTCP_HEADER_BYTES, read32, write32 } from './words.ts'

/** RFC 3711 §9.2: a key protects at most 2^31 RTCP packets. */
const LAST_RTCP_INDEX = 0x7fff_ffff
const ENCRYPTED = 0x8000_0000

export type SrtpSenderStats = {
  readonly packets: number
  readonly reports: number
  /** Not sent: malformed, too long for the target, or the key is used up. */
  readonly refused: number
}

/** Protects what we send under our master key (RFC 3711 §3.3, §3.4). Any number of SSRCs, in any order. */
export class SrtpSender {
  readonly #rtp: Channel
  readonly #rtcp: Channel
  readonly #highest = new Map<number, number>()
  readonly #trailer = new Uint8Array(4)
  #rtcpIndex = 0
  #packets = 0
  #refused = 0

  /** @throws RangeError if the master key has another length than the suite asks for */
  constructor(options: ChannelOptions) {
    this.#rtp = openChannel(options, 'rtp')
    this.#rtcp = openChannel(options, 'rtcp')
  }

  /**
   * Writes the protected packet into `target`, which is not the packet's own memory.
   *
   * @returns bytes written; 0 for what is no RTP or does not fit
   */
  protectRtp(packet: Uint8Array, target: Uint8Array): number {
    const header = parseRtp(packet)
    const { layout, protection, mki } = this.#rtp
    if (header === undefined || packet.length + layout.total > target.length) return this.#refuse()
    const { ssrc } = header
    const highest = this.#highest.get(ssrc) ?? -1
    const index = packetIndex(header.sequence, highest)
    if (index < 0) return this.#refuse()
    if (index > highest) this.#highest.set(ssrc, index)
    const end = packet.length
    target.set(packet)
    target.set(mki, end + layout.mkiAt)
    write32(this.#trailer, 0, rolloverOf(index))
    const place = { bytes: target, from: header.payloadOffset, end, ssrc, index, trailer: this.#trailer }
    protection.seal({ ...place, tagAt: end + layout.tagAt })
    this.#packets++
    return end + layout.total
  }

  /**
   * Writes the protected compound packet into `target`, which is not the packet's own memory.
   *
   * @returns bytes written; 0 for what is no RTCP or does not fit
   */
  protectRtcp(packet: Uint8Array, target: Uint8Array): number {
    const { layout, protection, mki } = this.#rtcp
    const end = packet.length
    if (end < RTCP_HEADER_BYTES || end + layout.total > target.length) return this.#refuse()
    if (this.#rtcpIndex === LAST_RTCP_INDEX) return this.#refuse()
    // RFC 3711 §3.4: the index is raised before each packet, so the first has 1.
    const index = ++this.#rtcpIndex
    target.set(packet)
    write32(this.#trailer, 0, ENCRYPTED + index)
    target.set(this.#trailer, end + layout.wordAt)
    target.set(mki, end + layout.mkiAt)
    const place = { bytes: target, from: RTCP_HEADER_BYTES, end, ssrc: read32(packet, 4), index }
    protection.seal({ ...place, trailer: this.#trailer, tagAt: end + layout.tagAt })
    return end + layout.total
  }

  stats(): SrtpSenderStats {
    return { packets: this.#packets, reports: this.#rtcpIndex, refused: this.#refused }
  }

  #refuse(): number {
    this.#refused++
    return 0
  }
}
