import { writeRtp } from './packet.ts'
import { addTicks, nextSequence, sequenceDistance, tickDistance } from './serial.ts'

export type RtpOutputOptions = {
  /** SSRC of the outgoing stream. */
  readonly ssrc: number
  /** Ticks per second, until {@link RtpOutput.changeClock}. */
  readonly clockRate: number
  /** First sequence number, 0..65535; random in production (RFC 3550 §5.1). */
  readonly sequence: number
  /** First timestamp; random in production. */
  readonly timestamp: number
}

/** A packet made here: player, mixer, touch-tones. */
export type LocalPacket = {
  readonly payload: Uint8Array
  readonly payloadType: number
  /**
   * How far the timestamp moves behind this packet: 160 for 20 ms at 8 kHz, 0 between packets of one
   * touch-tone.
   */
  readonly ticks: number
  /** Set by itself where a talk spurt begins; true forces it. */
  readonly marker?: boolean
}

export type RtpOutputStats = {
  readonly packets: number
  /** Payload bytes, as a sender report counts them (RFC 3550 §6.4.1). */
  readonly octets: number
  /** `now` of the last packet in ms; undefined before the first. */
  readonly lastSent: number | undefined
}

// A local source that fell silent for longer than this begins a new talk spurt at the wall clock.
const SPURT_GAP_SECONDS = 0.2

/**
 * The one RTP stream a peer receives from us, whoever speaks on it: forwarders and local sources take turns,
 * the peer sees one SSRC with continuous sequence numbers and timestamps.
 */
export class RtpOutput {
  readonly ssrc: number
  #clockRate: number
  #writer: object | undefined
  #sequence: number
  #timestamp: number
  #anchorTimestamp: number
  #anchorAt = 0
  #lastTicks = 0
  #packets = 0
  #octets = 0
  #lastSent: number | undefined
  readonly #header = { marker: false, payloadType: 0, sequence: 0, timestamp: 0, ssrc: 0 }

  constructor(options: RtpOutputOptions) {
    this.ssrc = options.ssrc >>> 0
    this.#clockRate = options.clockRate
    this.#sequence = options.sequence & 0xffff
    this.#timestamp = options.timestamp >>> 0
    this.#anchorTimestamp = this.#timestamp
    this.#header.ssrc = this.ssrc
  }

  /**
   * Writes a packet made here into `target`, at the next place of the stream.
   *
   * @param now ms, monotonic
   * @returns bytes to send: 12 + payload
   * @throws RangeError if `target` is too short
   */
  send(packet: LocalPacket, target: Uint8Array, now: number): number {
    const header = this.#header
    const begins = this.#writer !== this || this.#hasFallenSilent(now)
    header.sequence = this.#sequence
    header.timestamp = begins ? this.timestampOfSpurt(now) : this.#timestamp
    header.marker = packet.marker ?? begins
    header.payloadType = packet.payloadType
    this.take(this)
    this.record(header, packet.payload.length, packet.ticks, now)
    return writeRtp(header, packet.payload, target)
  }

  /** Ticks per second. */
  get clockRate(): number {
    return this.#clockRate
  }

  /**
   * The next packets count time in other ticks: their codec has another clock. Timestamps go on from the end of the last
   * packet, and a new talk spurt begins (RFC 7160 §4.1: the clock of a packet is that of its payload type).
   *
   * @param clockRate ticks per second
   */
  changeClock(clockRate: number): void {
    if (clockRate === this.#clockRate) return
    const lastMs = (this.#lastTicks * 1000) / this.#clockRate
    this.#lastTicks = Math.round((lastMs * clockRate) / 1000)
    this.#anchorTimestamp = this.#timestamp
    this.#anchorAt = (this.#lastSent ?? 0) + lastMs
    this.#clockRate = clockRate
    this.#writer = undefined
  }

  /** Whether the last packet came from this writer. */
  isTakenBy(writer: object): boolean {
    return this.#writer === writer
  }

  /** The next packets come from this writer. */
  take(writer: object): void {
    this.#writer = writer
  }

  /** Sequence number of the next packet. */
  get sequence(): number {
    return this.#sequence
  }

  /**
   * Timestamp of a talk spurt that begins now: by the wall clock, and never before the end of the last
   * packet.
   */
  timestampOfSpurt(now: number): number {
    const wall = this.timestampAt(now) ?? this.#timestamp
    return tickDistance(this.#timestamp, wall) > 0 ? wall : this.#timestamp
  }

  /** RTP timestamp that belongs to `now`, for a sender report; undefined before the first packet. */
  timestampAt(now: number): number | undefined {
    if (this.#lastSent === undefined) return undefined
    return addTicks(this.#anchorTimestamp, Math.round(((now - this.#anchorAt) * this.clockRate) / 1000))
  }

  /** Counts a packet that goes out and moves on behind it. Packets older than the newest are only counted. */
  record(place: { sequence: number; timestamp: number }, octets: number, ticks: number, now: number): void {
    this.#packets++
    this.#octets += octets
    const isFirst = this.#lastSent === undefined
    this.#lastSent = now
    if (!isFirst && sequenceDistance(this.#sequence, place.sequence) < 0) return
    // All packets of one touch-tone carry its beginning as timestamp (RFC 4733 §2.2.1): the first one is the
    // anchor.
    if (isFirst || place.timestamp !== this.#anchorTimestamp) {
      this.#anchorTimestamp = place.timestamp
      this.#anchorAt = now
    }
    this.#lastTicks = ticks
    this.#sequence = nextSequence(place.sequence)
    this.#timestamp = addTicks(place.timestamp, ticks)
  }

  #hasFallenSilent(now: number): boolean {
    if (this.#lastSent === undefined || this.#lastTicks === 0) return false
    const gap = tickDistance(this.#timestamp, this.timestampAt(now) ?? this.#timestamp)
    return gap > this.clockRate * SPURT_GAP_SECONDS
  }

  /**
   * What was sent is not what was recorded: a {@link Packetizer} behind this output made this many packets more of them (or
   * fewer, when negative).
   */
  recount(packets: number): void {
    this.#packets += packets
  }

  stats(): RtpOutputStats {
    return { packets: this.#packets, octets: this.#octets, lastSent: this.#lastSent }
  }
}
