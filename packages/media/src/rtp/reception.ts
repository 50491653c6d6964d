import type { RtpPacket } from './packet.ts'
import { sequenceDistance } from './serial.ts'

// RFC 3550 A.1. A receiver trusts a jump of this size only after a second packet that follows it.
const MAX_DROPOUT = 3000
// Also the depth of the duplicate window; a power of two.
const MAX_MISORDER = 128

/** `probation`: a jump too large to believe yet; `restarted`: believed now, counting began anew. */
export type Reception = 'next' | 'reordered' | 'duplicate' | 'probation' | 'restarted'

export type ReceptionStats = {
  readonly packets: number
  /** Payload bytes. */
  readonly octets: number
  /**
   * Expected minus received, never below 0 here (RFC 3550 A.3 lets a report go negative; duplicates are not
   * counted).
   */
  readonly lost: number
  readonly reordered: number
  readonly duplicates: number
  /** Interarrival jitter in ms (RFC 3550 A.8). */
  readonly jitterMs: number
  /** Sequence cycles × 65536 + highest sequence. */
  readonly highestSequence: number
  /** `now` of the last packet, in ms; undefined before the first. */
  readonly lastArrival: number | undefined
}

/** What is counted about one source (one SSRC) as its packets arrive. */
export class ReceptionStatistics {
  readonly clockRate: number
  #started = false
  #base = 0
  #highest = 0
  #suspect = -1
  #packets = 0
  #octets = 0
  #total = { packets: 0, octets: 0, lost: 0 }
  #reordered = 0
  #duplicates = 0
  #transit = 0
  #jitter = 0
  #lastArrival: number | undefined
  #expectedBefore = 0
  #receivedBefore = 0
  readonly #seen = new Float64Array(MAX_MISORDER).fill(-1)

  /** @param clockRate ticks per second of the timestamps */
  constructor(clockRate: number) {
    this.clockRate = clockRate
  }

  /**
   * Counts one packet.
   *
   * @param now arrival in ms, monotonic
   */
  observe(packet: RtpPacket, now: number): Reception {
    const verdict = this.#place(packet.sequence)
    if (verdict === 'duplicate') this.#duplicates++
    if (verdict === 'duplicate' || verdict === 'probation') return verdict
    if (verdict === 'reordered') this.#reordered++
    this.#packets++
    this.#octets += packet.payloadLength
    this.#measureJitter(packet.timestamp, now, verdict === 'restarted')
    this.#lastArrival = now
    return verdict
  }

  #place(sequence: number): Reception {
    if (!this.#started) return this.#restart(sequence)
    const distance = sequenceDistance(this.#highest & 0xffff, sequence)
    const extended = this.#highest + distance
    if (distance >= MAX_DROPOUT || distance <= -MAX_MISORDER) {
      if (sequence === this.#suspect) return this.#restart(sequence)
      this.#suspect = (sequence + 1) & 0xffff
      return 'probation'
    }
    const slot = sequence & (MAX_MISORDER - 1)
    if (this.#seen[slot] === extended) return 'duplicate'
    this.#seen[slot] = extended
    this.#suspect = -1
    if (distance < 0) {
      this.#base = Math.min(this.#base, extended)
      return 'reordered'
    }
    this.#highest = extended
    return 'next'
  }

  #restart(sequence: number): Reception {
    const total = this.#total
    this.#total = {
      packets: total.packets + this.#packets,
      octets: total.octets + this.#octets,
      lost: total.lost + this.#lostNow(),
    }
    this.#started = true
    this.#packets = 0
    this.#octets = 0
    this.#expectedBefore = 0
    this.#receivedBefore = 0
    // One cycle up front keeps extended numbers positive when a packet older than the first comes late.
    this.#base = 65536 + sequence
    this.#highest = this.#base
    this.#suspect = -1
    this.#seen.fill(-1)
    this.#seen[sequence & (MAX_MISORDER - 1)] = this.#base
    return 'restarted'
  }

  // RFC 3550 A.8: J += (|D| - J) / 16; `| 0` lets a wrapped timestamp differ by little.
  #measureJitter(timestamp: number, now: number, first: boolean): void {
    const transit = (now * this.clockRate) / 1000 - timestamp
    const difference = Math.abs(Math.round(transit - this.#transit) | 0)
    this.#transit = transit
    if (!first) this.#jitter += (difference - this.#jitter) / 16
  }

  #expected(): number {
    return this.#started ? this.#highest - this.#base + 1 : 0
  }

  #lostNow(): number {
    return Math.max(0, this.#expected() - this.#packets)
  }

  /** Jitter in ticks, as a report block carries it. */
  get jitterTicks(): number {
    return Math.floor(this.#jitter)
  }

  stats(): ReceptionStats {
    return {
      packets: this.#total.packets + this.#packets,
      octets: this.#total.octets + this.#octets,
      lost: this.#total.lost + this.#lostNow(),
      reordered: this.#reordered,
      duplicates: this.#duplicates,
      jitterMs: (this.#jitter * 1000) / this.clockRate,
      highestSequence: this.#started ? this.#highest - 65536 : 0,
      lastArrival: this.#lastArrival,
    }
  }

  /**
   * Share of packets lost since the last call, 0..255 in 256ths, and starts the next interval (RFC 3550 A.3).
   */
  takeFractionLost(): number {
    const expected = this.#expected() - this.#expectedBefore
    const received = this.#packets - this.#receivedBefore
    this.#expectedBefore = this.#expected()
    this.#receivedBefore = this.#packets
    const lost = expected - received
    return expected === 0 || lost <= 0 ? 0 : Math.min(255, Math.floor((lost * 256) / expected))
  }
}
