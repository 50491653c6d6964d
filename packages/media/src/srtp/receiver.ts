import { isRtcp, parseRtp } from '../rtp/packet.ts'
import { type Channel, type ChannelOptions, openChannel } from './layout.ts'
import { packetIndex, rolloverOf } from './packet-index.ts'
import type { Place } from './protection.ts'
import { ReplayWindow } from './replay-window.ts'
import { RTCP_HEADER_BYTES, read32, write32 } from './words.ts'

/** Why a packet was not taken. */
export type SrtpFailure =
  /** No RTP or RTCP, too short, in the clear, or under another MKI. */
  | 'malformed'
  /** Seen already, or too old to tell. */
  | 'replayed'
  /** The tag does not fit: another key, or changed on its way. */
  | 'unauthentic'

export type SrtpReceiverStats = { readonly accepted: number } & Readonly<Record<SrtpFailure, number>>

// Only authentic packets begin a stream, so it is the peer itself that would need more; the oldest goes.
const MAX_STREAMS = 32
// A stream may be met in its middle, where a worker died: 65,536 packets are 22 minutes, so this is most of a day. Each
// counter tried costs an authentication, so there is an end to how often it is done for packets that never fit.
const ROLLOVERS_TRIED = 48
const MAX_SEARCHES = 40

/**
 * Opens what the peer sends under its master key (RFC 3711 §3.3, §3.4). Any number of SSRCs; replays are refused for
 * each of them.
 */
export class SrtpReceiver {
  readonly #rtp: Channel
  readonly #rtcp: Channel
  readonly #rtpWindows = new Map<number, ReplayWindow>()
  readonly #rtcpWindows = new Map<number, ReplayWindow>()
  readonly #trailer = new Uint8Array(4)
  readonly #counts = { accepted: 0, malformed: 0, replayed: 0, unauthentic: 0 }
  #searches = 0

  /** @throws RangeError if the master key has another length than the suite asks for */
  constructor(options: ChannelOptions) {
    this.#rtp = openChannel(options, 'rtp')
    this.#rtcp = openChannel(options, 'rtcp')
  }

  /** The packet in the clear, as a view into `bytes`, which are decrypted in place; or why not. */
  openRtp(bytes: Uint8Array): Uint8Array | SrtpFailure {
    const { layout } = this.#rtp
    const end = bytes.length - layout.total
    // Padding lies inside what is encrypted (RFC 3711 §3.1): its count cannot be looked at yet.
    const header = end < 12 ? undefined : parseRtp(withoutPadding(bytes.subarray(0, end)))
    if (header === undefined || !hasMki(bytes, end, this.#rtp)) return this.#fail('malformed')
    const { ssrc, sequence, payloadOffset: from } = header
    const window = this.#rtpWindows.get(ssrc)
    const tagAt = end + layout.tagAt
    const place = { bytes, from, end, ssrc, trailer: this.#trailer, tagAt }
    if (window === undefined) return this.#begin(place, sequence)
    const index = packetIndex(sequence, window.highest)
    if (index < 0 || !window.isNew(index)) return this.#fail('replayed')
    if (!this.#opens(place, index)) return this.#fail('unauthentic')
    window.add(index)
    return this.#accept(bytes, end)
  }

  /** The compound packet in the clear, as a view into `bytes`, which are decrypted in place; or why not. */
  openRtcp(bytes: Uint8Array): Uint8Array | SrtpFailure {
    const { layout, protection } = this.#rtcp
    const end = bytes.length - layout.total
    if (end < RTCP_HEADER_BYTES || !isRtcp(bytes)) return this.#fail('malformed')
    const wordAt = end + layout.wordAt
    const isEncrypted = (bytes[wordAt]! & 0x80) !== 0
    // RFC 3711 §3.4: only where UNENCRYPTED_SRTCP was agreed on may it be in the clear; we never do.
    if (!isEncrypted || !hasMki(bytes, end, this.#rtcp)) return this.#fail('malformed')
    const index = read32(bytes, wordAt) & 0x7fff_ffff
    const ssrc = read32(bytes, 4)
    const window = this.#rtcpWindows.get(ssrc) ?? new ReplayWindow()
    if (!window.isNew(index)) return this.#fail('replayed')
    this.#trailer.set(bytes.subarray(wordAt, wordAt + 4))
    const place = { bytes, from: RTCP_HEADER_BYTES, end, ssrc, index, trailer: this.#trailer }
    if (!protection.open({ ...place, tagAt: end + layout.tagAt })) return this.#fail('unauthentic')
    window.add(index)
    remember(this.#rtcpWindows, ssrc, window)
    return this.#accept(bytes, end)
  }

  stats(): SrtpReceiverStats {
    return { ...this.#counts }
  }

  #begin(place: Omit<Place, 'index'>, sequence: number): Uint8Array | SrtpFailure {
    const most = this.#searches < MAX_SEARCHES ? ROLLOVERS_TRIED : 1
    for (let rollover = 0; rollover < most; rollover++) {
      const index = rollover * 0x10000 + sequence
      if (!this.#opens(place, index)) continue
      const window = new ReplayWindow()
      window.add(index)
      remember(this.#rtpWindows, place.ssrc, window)
      return this.#accept(place.bytes, place.end)
    }
    this.#searches++
    return this.#fail('unauthentic')
  }

  #opens(place: Omit<Place, 'index'>, index: number): boolean {
    write32(this.#trailer, 0, rolloverOf(index))
    return this.#rtp.protection.open({ ...place, index })
  }

  #accept(bytes: Uint8Array, end: number): Uint8Array {
    this.#counts.accepted++
    return bytes.subarray(0, end)
  }

  #fail(failure: SrtpFailure): SrtpFailure {
    this.#counts[failure]++
    return failure
  }
}

function hasMki(bytes: Uint8Array, end: number, { layout, mki }: Channel): boolean {
  return mki.every((byte, i) => bytes[end + layout.mkiAt + i] === byte)
}

/** The same packet to a reader that would look for the count of padding bytes. */
function withoutPadding(packet: Uint8Array): Uint8Array {
  if ((packet[0]! & 0x20) === 0) return packet
  const copy = packet.slice()
  copy[0]! &= ~0x20
  return copy
}

function remember(windows: Map<number, ReplayWindow>, ssrc: number, window: ReplayWindow): void {
  if (windows.has(ssrc)) return
  const [oldest] = windows.keys()
  if (windows.size === MAX_STREAMS && oldest !== undefined) windows.delete(oldest)
  windows.set(ssrc, window)
}
