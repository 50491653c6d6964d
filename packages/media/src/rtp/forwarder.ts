import { ticksPerFrame } from '../frame.ts'
import type { RtpOutput } from './output.ts'
import { type RtpPacket, rewriteHeader } from './packet.ts'
import { ReceptionStatistics, type ReceptionStats } from './reception.ts'
import { addTicks, sequenceDistance, tickDistance } from './serial.ts'

export type ForwarderOptions = {
  /** Where the packets go; its clock rate is the sources' clock rate. */
  readonly output: RtpOutput
  /** Incoming payload type → outgoing payload type; packets of any other type are dropped. */
  readonly payloadTypes: ReadonlyMap<number, number>
}

export type ForwarderStats = ReceptionStats & {
  readonly forwarded: number
  /** Talk spurts begun: changes of source, restarts, returns after a local packet; the first included. */
  readonly switches: number
  /**
   * Not passed on: unknown payload type, older than a switch, of a source already left, not yet believable.
   */
  readonly dropped: number
}

// Stragglers of a source that was left are dropped for this long; then its SSRC may come back (a resumed call
// does that).
const RETIRED_MS = 500
// A sender that moves its timestamp this far from the wall clock without a new SSRC has started a new time
// line.
const REBASE_SECONDS = 2

/**
 * One direction of a bridge: gives packets of changing sources the header of one outgoing stream, without
 * touching a payload byte. Losses and reordering of the source stay visible to the receiver; duplicates are
 * dropped (an SRTP sender must never repeat a packet index: RFC 3711 §9.1).
 *
 * A new talk spurt begins with a new SSRC, after {@link switchSource}, and when anyone else wrote to the
 * output in between. It continues sequence and timestamps and sets the marker on its first packet (RFC 3551
 * §4.1).
 */
export class RtpForwarder {
  readonly #output: RtpOutput
  readonly #payloadTypes: ReadonlyMap<number, number>
  #reception: ReceptionStatistics
  #ssrc = -1
  #retiredSsrc = -1
  #switchedAt = 0
  #firstSequence = 0
  #sequenceOffset = 0
  #timestampOffset = 0
  #lastSequence = 0
  #lastTimestamp = 0
  #lastArrival = 0
  #packetTicks: number
  #forwarded = 0
  #switches = 0
  #dropped = 0
  readonly #header = { marker: false, payloadType: 0, sequence: 0, timestamp: 0, ssrc: 0 }

  constructor(options: ForwarderOptions) {
    this.#output = options.output
    this.#payloadTypes = options.payloadTypes
    this.#reception = new ReceptionStatistics(options.output.clockRate)
    this.#packetTicks = ticksPerFrame(options.output.clockRate)
    this.#header.ssrc = options.output.ssrc
  }

  /** Counts of the source received now, for report blocks. A new object after a change of SSRC. */
  get reception(): ReceptionStatistics {
    return this.#reception
  }

  /** SSRC of the source received now; undefined before its first packet. */
  get sourceSsrc(): number | undefined {
    return this.#ssrc < 0 ? undefined : this.#ssrc
  }

  /** The next packet begins a new talk spurt, whatever its SSRC. */
  switchSource(): void {
    if (this.#output.isTakenBy(this)) this.#output.take(this.#header)
  }

  /**
   * Writes the packet with its new header into `target`, which may be the packet's own buffer.
   *
   * @param now arrival in ms, monotonic
   * @returns bytes to send; 0 if the packet is dropped
   * @throws RangeError if `target` is too short
   */
  forward(packet: RtpPacket, target: Uint8Array, now: number): number {
    const payloadType = this.#payloadTypes.get(packet.payloadType)
    if (payloadType === undefined) return this.#leaveOut(packet, now)
    if (this.#isStraggler(packet.ssrc, now)) return this.#drop()
    const isNewSource = packet.ssrc !== this.#ssrc
    if (isNewSource) this.#receiveFrom(packet.ssrc, now)
    const verdict = this.#reception.observe(packet, now)
    if (verdict === 'duplicate' || verdict === 'probation') return this.#drop()
    const begins = verdict === 'restarted' || !this.#output.isTakenBy(this)
    if (begins) this.#begin(packet, now)
    else if (sequenceDistance(this.#firstSequence, packet.sequence) < 0) return this.#drop()
    else if (verdict === 'next') this.#follow(packet, now)
    return this.#write(packet, { payloadType, marker: begins || packet.marker }, target, now)
  }

  // Comfort noise, touch-tones that the receiver did not negotiate: it must not take them for lost. What comes late of before
  // is dropped from now on, since its number may have been given away.
  #leaveOut(packet: RtpPacket, now: number): number {
    const isNext =
      packet.ssrc === this.#ssrc &&
      this.#output.isTakenBy(this) &&
      sequenceDistance(this.#lastSequence, packet.sequence) === 1
    if (isNext && this.#reception.observe(packet, now) === 'next') {
      this.#sequenceOffset--
      this.#lastSequence = packet.sequence
      this.#firstSequence = (packet.sequence + 1) & 0xffff
    }
    return this.#drop()
  }

  #isStraggler(ssrc: number, now: number): boolean {
    return ssrc === this.#retiredSsrc && now - this.#switchedAt < RETIRED_MS
  }

  #receiveFrom(ssrc: number, now: number): void {
    this.#retiredSsrc = this.#ssrc
    this.#ssrc = ssrc
    this.#switchedAt = now
    this.#reception = new ReceptionStatistics(this.#output.clockRate)
  }

  #begin(packet: RtpPacket, now: number): void {
    this.#switches++
    this.#firstSequence = packet.sequence
    this.#sequenceOffset = this.#output.sequence - packet.sequence
    this.#timestampOffset = tickDistance(packet.timestamp, this.#output.timestampOfSpurt(now))
    this.#output.take(this)
    this.#remember(packet, now)
  }

  #follow(packet: RtpPacket, now: number): void {
    const ticks = tickDistance(this.#lastTimestamp, packet.timestamp)
    const clockRate = this.#output.clockRate
    const elapsed = ((now - this.#lastArrival) * clockRate) / 1000
    if (Math.abs(ticks - elapsed) > clockRate * REBASE_SECONDS) {
      this.#timestampOffset = tickDistance(packet.timestamp, this.#output.timestampOfSpurt(now))
    } else if (ticks > 0 && sequenceDistance(this.#lastSequence, packet.sequence) === 1) {
      this.#packetTicks = ticks
    }
    // Keeps the comparison in `forward` within half the sequence space on long calls.
    if (sequenceDistance(this.#firstSequence, packet.sequence) > 0x4000)
      this.#firstSequence = packet.sequence - 0x2000
    this.#remember(packet, now)
  }

  #remember(packet: RtpPacket, now: number): void {
    this.#lastSequence = packet.sequence
    this.#lastTimestamp = packet.timestamp
    this.#lastArrival = now
  }

  #write(
    packet: RtpPacket,
    change: { payloadType: number; marker: boolean },
    target: Uint8Array,
    now: number,
  ): number {
    const header = this.#header
    header.marker = change.marker
    header.payloadType = change.payloadType
    header.sequence = (packet.sequence + this.#sequenceOffset) & 0xffff
    header.timestamp = addTicks(packet.timestamp, this.#timestampOffset)
    this.#output.record(header, packet.payloadLength, this.#packetTicks, now)
    this.#forwarded++
    return rewriteHeader(packet, header, target)
  }

  #drop(): number {
    this.#dropped++
    return 0
  }

  stats(): ForwarderStats {
    return {
      ...this.#reception.stats(),
      forwarded: this.#forwarded,
      switches: this.#switches,
      dropped: this.#dropped,
    }
  }
}
