import { payloadOf, type RtpHeader, type RtpPacket, serializeRtp } from './packet.ts'
import { addTicks, nextSequence, sequenceDistance, tickDistance } from './serial.ts'

export type PacketizerTerms = {
  /** The one that is joined and cut; packets of all others keep their length. */
  readonly payloadType: number
  /** Of its packets, in ticks, at most 960: 480 for 60 ms at 8 kHz. Undefined: as they come. */
  readonly ticks: number | undefined
}

export type PacketizerStats = {
  readonly taken: number
  readonly made: number
  /** Left out: what follows them had gone out already. */
  readonly late: number
}

/** 120 ms at 8 kHz. */
const LONGEST = 960
/** A second at 8 kHz: what is further back is of a sender who counts anew. */
const MOVED = 8000

/**
 * Gives the audio of one outgoing stream the packet length that its receiver asked for (RFC 8866 §6.4), of a codec whose
 * bytes are ticks: G.711 and G.722. The bytes stay as they are; only the cuts between them move, and with them the
 * sequence numbers. A loss stays visible: what waits goes out short, and a number is left out behind it.
 */
export class Packetizer {
  #terms: PacketizerTerms
  readonly #pending = new Uint8Array(LONGEST)
  #pendingBytes = 0
  #pendingHeader: Omit<RtpHeader, 'sequence'> = { marker: false, payloadType: 0, timestamp: 0, ssrc: 0 }
  /** Of the next packet made. */
  #sequence: number | undefined
  /** The last number that a loss left out: the packet may only be late. */
  #leftOut: number | undefined
  #newestTaken = 0
  /** Behind the newest audio made. */
  #end: number | undefined
  #taken = 0
  #made = 0
  #late = 0

  /** @throws RangeError for packets of more than 960 ticks */
  constructor(terms: PacketizerTerms) {
    this.#terms = terms
    this.change(terms)
  }

  /**
   * From the next packet on; what waits for more goes out before it.
   *
   * @throws RangeError for packets of more than 960 ticks
   */
  change(terms: PacketizerTerms): void {
    if ((terms.ticks ?? 0) > LONGEST) throw new RangeError(`a packet has at most ${LONGEST} ticks`)
    this.#terms = terms
  }

  /** Takes the next packet of the stream; gives those that are to be sent now, each in memory of its own. */
  process(packet: RtpPacket): Uint8Array[] {
    this.#taken++
    const isAfterLoss = this.#follow(packet.sequence)
    const { payloadType, ticks } = this.#terms
    if (packet.payloadType !== payloadType || ticks === undefined)
      return [...this.#flush(isAfterLoss), this.#write(packet, payloadOf(packet))]
    if (this.#isLate(packet)) return []
    if (this.#isOvertaken(packet)) return [this.#fillGap(packet)]
    if (this.#continues(packet, ticks)) return this.#append(packet, ticks)
    return [...this.#flush(isAfterLoss), ...this.#append(packet, ticks)]
  }

  /** @returns whether packets are missing before this one */
  #follow(sequence: number): boolean {
    const isFirst = this.#sequence === undefined
    this.#sequence ??= sequence
    const moved = isFirst ? 1 : sequenceDistance(this.#newestTaken, sequence)
    if (moved > 0) this.#newestTaken = sequence
    return moved > 1
  }

  #isLate({ timestamp }: RtpPacket): boolean {
    const ahead = this.#end === undefined ? 0 : tickDistance(this.#end, timestamp)
    const isLate = ahead < 0 && ahead > -MOVED
    if (isLate) this.#late++
    return isLate
  }

  /** What waits is younger: this one has its place before it. */
  #isOvertaken({ timestamp }: RtpPacket): boolean {
    return this.#pendingBytes > 0 && tickDistance(this.#pendingHeader.timestamp, timestamp) < 0
  }

  #continues({ timestamp, marker, payloadType }: RtpPacket, ticks: number): boolean {
    const before = this.#pendingHeader
    const isSame = payloadType === before.payloadType && !marker && this.#pendingBytes < ticks
    return isSame && this.#pendingBytes > 0 && timestamp === addTicks(before.timestamp, this.#pendingBytes)
  }

  #append({ marker, payloadType, ssrc, timestamp, ...rest }: RtpPacket, ticks: number): Uint8Array[] {
    const made: Uint8Array[] = []
    const payload = rest.bytes.subarray(rest.payloadOffset, rest.payloadOffset + rest.payloadLength)
    for (let at = 0; at < payload.length; ) {
      if (this.#pendingBytes === 0)
        this.#pendingHeader = {
          marker: marker && at === 0,
          payloadType,
          ssrc,
          timestamp: addTicks(timestamp, at),
        }
      const piece = payload.subarray(at, at + ticks - this.#pendingBytes)
      this.#pending.set(piece, this.#pendingBytes)
      this.#pendingBytes += piece.length
      at += piece.length
      if (this.#pendingBytes >= ticks) made.push(...this.#flush(false))
    }
    return made
  }

  #flush(leavesGap: boolean): Uint8Array[] {
    const { timestamp } = this.#pendingHeader
    const bytes = this.#pendingBytes
    this.#pendingBytes = 0
    const made = bytes === 0 ? [] : [this.#write(this.#pendingHeader, this.#pending.subarray(0, bytes))]
    if (bytes > 0) this.#end = addTicks(timestamp, bytes)
    if (leavesGap) {
      this.#leftOut = this.#sequence
      this.#sequence = nextSequence(this.#sequence!)
    }
    return made
  }

  #fillGap(packet: RtpPacket): Uint8Array {
    if (this.#leftOut === undefined) return this.#write(packet, payloadOf(packet))
    this.#made++
    const bytes = serializeRtp({ ...packet, sequence: this.#leftOut }, payloadOf(packet))
    this.#leftOut = undefined
    return bytes
  }

  #write(header: Omit<RtpHeader, 'sequence'>, payload: Uint8Array): Uint8Array {
    const bytes = serializeRtp({ ...header, sequence: this.#sequence! }, payload)
    this.#sequence = nextSequence(this.#sequence!)
    this.#made++
    return bytes
  }

  stats(): PacketizerStats {
    return { taken: this.#taken, made: this.#made, late: this.#late }
  }
}
