import {
  g711Level,
  payloadOf,
  ReceptionStatistics,
  type RtpPacket,
  sequenceDistance,
  TouchToneDecoder,
  type TouchToneSignal,
} from '@ringdown/media'
import type { AudioCodec, RtpCodec } from '../worker.port.ts'
import { LevelWindow } from './level-window.ts'
import { isG711 } from './speech.ts'

/** All that one side may send, the most wanted first. */
export type Formats = readonly [Format<RtpCodec>, ...Format<RtpCodec>[]]

/** How one direction of an endpoint is encoded, in the numbers of its own negotiation. */
export type Format<Codec extends RtpCodec = AudioCodec> = {
  codec: Codec
  /** Hz, of the audio's and of the touch-tones' timestamps. */
  clockRate: number
  payloadType: number
  telephoneEvent: number | undefined
  /** ms of audio per packet that the peer asked for, where that is not 20. */
  packetMs?: number | undefined
}

// One packet in four still gives twelve looks per second, and costs what the header does.
const LEVEL_EVERY = 4

// What is this much older than the newest packet is no straggler, but of a sender that counts anew.
const STRAGGLING_PACKETS = 100

// RFC 3389 §4 and its draft's number, which old gateways still use. It comes unasked for from many: a sign of life, no audio.
const COMFORT_NOISE_TYPES: readonly number[] = [13, 19]

/** Takes the packets of an inlet as they come. Packets and their bytes are only lent for the call. */
export interface PacketListener {
  onPacket(packet: RtpPacket, now: number): void
}

export type InletOptions = {
  /** Of what the peer may send. It may change from one to another at any time (RFC 3264 §7). */
  formats: Formats
  onDigit: (digit: string, ms: number) => void
  /** The peer sends another of the formats now; said before its first packet is passed on. */
  onCodec: () => void
  /** A warm line: what nobody listens to is not even looked at. */
  ignoresUnheard: boolean
}

/** What comes from a peer: counted, measured, read for touch-tones and lent to whoever hears this endpoint. */
export class Inlet {
  readonly #options: InletOptions
  #formats: Formats
  #format: Format<RtpCodec>
  readonly #listeners: PacketListener[] = []
  readonly #level = new LevelWindow()
  #reception: ReceptionStatistics
  #touchTones: TouchToneDecoder
  #isPressed = false
  #ssrc: number | undefined
  /** Sequence number of the newest packet of this SSRC. */
  #newest: number | undefined
  #packets = 0
  #lostBefore = { packets: 0, lost: 0 }

  constructor(options: InletOptions) {
    this.#options = options
    this.#formats = options.formats
    this.#format = options.formats[0]
    this.#reception = new ReceptionStatistics(this.#format.clockRate)
    this.#touchTones = new TouchToneDecoder(this.#format.clockRate)
  }

  /** What the peer sends now; before its first packet the most wanted. */
  get format(): Format<RtpCodec> {
    return this.#format
  }

  /** The peer may send these from now on. */
  agree(formats: Formats): void {
    this.#formats = formats
    this.#expect(formats.find(({ codec }) => codec === this.#format.codec) ?? formats[0])
  }

  listen(listener: PacketListener): void {
    if (!this.#listeners.includes(listener)) this.#listeners.push(listener)
  }

  unlisten(listener: PacketListener): void {
    const at = this.#listeners.indexOf(listener)
    if (at >= 0) this.#listeners.splice(at, 1)
  }

  get isHeard(): boolean {
    return this.#listeners.length > 0
  }

  /** Whether the endpoint expects packets of this payload type. */
  knows(payloadType: number): boolean {
    const { format } = this
    if (payloadType === format.payloadType || payloadType === format.telephoneEvent) return true
    if (COMFORT_NOISE_TYPES.includes(payloadType)) return true
    return this.#formats.some(other => other.payloadType === payloadType)
  }

  /** Takes one packet of the peer; those of a payload type that was not negotiated are dropped. */
  receive(packet: RtpPacket, now: number): void {
    if (this.#options.ignoresUnheard && this.#listeners.length === 0) return
    if (!this.knows(packet.payloadType)) return
    if (packet.ssrc !== this.#ssrc) this.#begin(packet.ssrc)
    if (packet.payloadType !== this.#format.payloadType && !this.#follow(packet)) return
    if (!this.#isStraggler(packet.sequence)) this.#newest = packet.sequence
    this.#packets++
    this.#reception.observe(packet, now)
    if (packet.payloadType === this.format.telephoneEvent) this.#readTouchTone(packet, now)
    else if (packet.sequence % LEVEL_EVERY === 0 && packet.payloadType === this.format.payloadType)
      this.#measure(packet, now)
    if (this.#isPressed) this.expire(now)
    for (let i = 0; i < this.#listeners.length; i++) this.#listeners[i]!.onPacket(packet, now)
  }

  /** Ends a key press whose end was lost. Called now and then. */
  expire(now: number): void {
    if (this.#isPressed) this.#report(this.#touchTones.expire(now))
  }

  /** @returns whether the packet is of the codec that is spoken now, or of none: what is left of the one before is dropped */
  #follow({ payloadType, sequence }: RtpPacket): boolean {
    const next = this.#formats.find(format => format.payloadType === payloadType)
    if (next === undefined) return true
    if (this.#isStraggler(sequence)) return false
    this.#expect(next)
    this.#options.onCodec()
    return true
  }

  #isStraggler(sequence: number): boolean {
    const ahead = this.#newest === undefined ? 1 : sequenceDistance(this.#newest, sequence)
    return ahead < 0 && ahead > -STRAGGLING_PACKETS
  }

  #expect(format: Format<RtpCodec>): void {
    const hasOtherClock = format.clockRate !== this.#format.clockRate
    this.#format = format
    if (hasOtherClock && this.#ssrc !== undefined) this.#begin(this.#ssrc)
  }

  // A peer that restarts its stream (re-INVITE, transfer) takes a new SSRC: what was lost before stays lost.
  #begin(ssrc: number): void {
    if (this.#ssrc !== undefined) {
      const { packets, lost } = this.#reception.stats()
      this.#lostBefore = { packets: this.#lostBefore.packets + packets, lost: this.#lostBefore.lost + lost }
      this.#reception = new ReceptionStatistics(this.format.clockRate)
      // A key that is down while its stream ends was pressed all the same.
      if (this.#isPressed) this.#report(this.#touchTones.expire(Number.POSITIVE_INFINITY))
      this.#touchTones = new TouchToneDecoder(this.format.clockRate)
    }
    this.#ssrc = ssrc
    this.#newest = undefined
  }

  #measure(packet: RtpPacket, now: number): void {
    const { codec } = this.format
    // Of the others nobody knows how loud they are without decoding every packet.
    if (isG711(codec)) this.#level.add(g711Level(codec, payloadOf(packet)), now)
  }

  #readTouchTone(packet: RtpPacket, now: number): void {
    this.#report(this.#touchTones.process({ payload: payloadOf(packet), timestamp: packet.timestamp }, now))
  }

  #report(signals: TouchToneSignal[]): void {
    for (const signal of signals) {
      this.#isPressed = signal.type === 'pressed'
      if (signal.type === 'released') this.#options.onDigit(signal.digit, Math.round(signal.durationMs))
    }
  }

  /** SSRC and counts of the stream received now, for reports; undefined before the first packet. */
  get source(): { ssrc: number; reception: ReceptionStatistics } | undefined {
    return this.#ssrc === undefined ? undefined : { ssrc: this.#ssrc, reception: this.#reception }
  }

  stats(now: number): { packets: number; lossPercent: number; jitterMs: number; level: number | null } {
    const { packets, lost, jitterMs } = this.#reception.stats()
    const allLost = this.#lostBefore.lost + lost
    const expected = this.#lostBefore.packets + packets + allLost
    return {
      packets: this.#packets,
      lossPercent: expected === 0 ? 0 : (100 * allLost) / expected,
      jitterMs,
      level: this.#level.of(now),
    }
  }
}
