import { randomBytes } from 'node:crypto'
import {
  isRtcp,
  isTouchTone,
  Pacer,
  parseRtp,
  payloadOf,
  ReceptionStatistics,
  type ReceptionStats,
  RTP_HEADER_BYTES,
  RtcpSession,
  type RtcpSessionStats,
  RtpOutput,
  TouchToneDecoder,
  touchTonePackets,
} from '@ringdown/media'
import type { LossyLink } from '../link/lossy-link.ts'
import { onFrameClock } from './frame-clock.ts'
import { type HeardAudio, heardAudio, type LoggedPacket } from './packet-log.ts'
import type { StreamCodec } from './stream-codec.ts'
import { createVoice, type Voice } from './voice.ts'

export type RtpStreamOptions = {
  readonly codec: StreamCodec
  /** RTP payload type of the codec, in both directions. */
  readonly payloadType: number
  /** Payload type of telephone-event (RFC 4733), where negotiated. */
  readonly telephoneEvent?: number | undefined
  readonly sendRtp: (packet: Uint8Array) => void
  readonly sendRtcp: (packet: Uint8Array) => void
  /** Spoils what is sent. */
  readonly link?: LossyLink<Uint8Array> | undefined
  /** SSRC that was announced; random when left out. */
  readonly ssrc?: number | undefined
  /** Sequence number of the first packet; random when left out. */
  readonly sequence?: number | undefined
}

export type RtpStreamStats = {
  readonly sent: number
  readonly reception: ReceptionStats
  readonly rtcp: RtcpSessionStats
  /** Datagrams that were neither RTP nor RTCP. */
  readonly malformed: number
}

/** What happens to the 20 ms frames of our side: packets of the voice, nothing, or only what `sendFrame` is given. */
export type Sending = 'voice' | 'nothing' | 'live'

const RTCP_MS = 2500
const PRESS = { durationMs: 100, clockRate: 8000 } as const
const GAP_FRAMES = 5
/** Frames of a stall that are sent all at once after it, 220 ms: those of a longer one count as lost (RtpOutput begins anew). */
const CATCH_UP_FRAMES = 11

/** One RTP session of a test peer: says, hears, presses keys, reports; without sockets. */
export class RtpStream {
  readonly voice: Voice
  /** Every RTP packet that came, in order of arrival. */
  readonly received: LoggedPacket[] = []
  /** Digits heard by RFC 4733. */
  readonly digits: string[] = []
  readonly ssrc: number
  sending: Sending = 'voice'
  /** Called for every packet of audio that comes. */
  onAudio: ((packet: LoggedPacket) => void) | undefined
  readonly #options: RtpStreamOptions
  readonly #output: RtpOutput
  readonly #rtcp: RtcpSession
  readonly #pacer = new Pacer({ catchUpFrames: CATCH_UP_FRAMES })
  readonly #reception = new ReceptionStatistics(8000)
  readonly #touchTones = new TouchToneDecoder(8000)
  readonly #stopClock: () => void
  /** Steps of key presses that are still to be sent, one per frame. */
  #presses: (() => void)[] = []
  #rtcpAt: number | undefined
  #peerSsrc: number | undefined
  #malformed = 0

  constructor(options: RtpStreamOptions) {
    this.#options = options
    this.voice = createVoice(options.codec)
    const random = randomBytes(12)
    this.ssrc = options.ssrc ?? random.readUInt32BE(0)
    this.#output = new RtpOutput({
      ssrc: this.ssrc,
      clockRate: 8000,
      sequence: options.sequence ?? random.readUInt16BE(4),
      timestamp: random.readUInt32BE(8),
    })
    this.#rtcp = new RtcpSession({ output: this.#output, cname: random.toString('hex') })
    this.#stopClock = onFrameClock(now => this.#tick(now))
  }

  /** Takes a datagram from the network, RTP or RTCP. */
  receive(bytes: Uint8Array): void {
    const now = performance.now()
    if (isRtcp(bytes)) {
      if (this.#rtcp.receive(bytes, { now, unixMs: Date.now() }) === undefined) this.#malformed++
      return
    }
    const packet = parseRtp(bytes)
    if (packet === undefined) {
      this.#malformed++
      return
    }
    this.#reception.observe(packet, now)
    this.#peerSsrc = packet.ssrc
    const { ssrc, sequence, timestamp, payloadType, marker } = packet
    // `slice` of a Node buffer would be a view into memory that the socket may use again.
    const payload = new Uint8Array(payloadOf(packet))
    const logged = { at: now, ssrc, sequence, timestamp, payloadType, marker, payload }
    this.received.push(logged)
    if (payloadType === this.#options.telephoneEvent) this.#hearKey(logged)
    else if (payloadType === this.#options.payloadType) this.onAudio?.(logged)
  }

  #hearKey(packet: LoggedPacket): void {
    for (const signal of this.#touchTones.process(packet, packet.at)) {
      if (signal.type === 'pressed') this.digits.push(signal.digit)
    }
  }

  /** What was heard, from a time on (ms of `performance.now()`). */
  heard(from = 0): HeardAudio {
    const audio = this.received.filter(packet => packet.payloadType === this.#options.payloadType)
    return heardAudio(audio, this.#options.codec, from)
  }

  /** Sends 20 ms of encoded audio now; for `live` streams. Dropped while a key is pressed. */
  sendFrame(payload: Uint8Array): void {
    // All packets of a press share a timestamp (RFC 4733 §2.2.1): audio between them would cut it into several.
    if (this.#presses.length === 0) this.#sendAudio(payload)
  }

  #sendAudio(payload: Uint8Array): void {
    this.#sendPacket({ payload, payloadType: this.#options.payloadType, ticks: payload.length })
  }

  /**
   * Presses keys by RFC 4733, 100 ms each and 100 ms apart. Resolves when the last is up.
   *
   * @throws RangeError for a character that is no touch-tone, or when the peer does not take telephone-event
   */
  async sendDigits(digits: string): Promise<void> {
    const { telephoneEvent } = this.#options
    if (telephoneEvent === undefined) throw new RangeError('the other side takes no telephone-event')
    const keys = [...digits].map(digit => {
      if (!isTouchTone(digit)) throw new RangeError(`${digit} is not on a telephone's keypad`)
      return touchTonePackets({ ...PRESS, digit })
    })
    const { promise, resolve } = Promise.withResolvers<void>()
    for (const packets of keys) {
      for (const packet of packets) {
        this.#presses.push(() => this.#sendPacket({ ...packet, payloadType: telephoneEvent }))
      }
      for (let i = 0; i < GAP_FRAMES; i++) this.#presses.push(() => this.#sendAudio(this.voice.next()))
    }
    this.#presses.push(resolve)
    return promise
  }

  #tick(now: number): void {
    const before = this.#pacer.stats().skipped
    const frames = this.#pacer.due(now)
    const skipped = this.#pacer.stats().skipped - before
    const lost = skipped > 0 ? skipped + frames - 1 : 0
    for (let i = 0; i < lost; i++) if (this.sending === 'voice') this.voice.skip()
    for (let i = 0; i < (skipped > 0 ? 1 : frames); i++) this.#frame()
    this.#rtcpAt ??= now + RTCP_MS / 2
    if (now < this.#rtcpAt) return
    this.#rtcpAt = now + RTCP_MS
    this.#report(now)
  }

  #frame(): void {
    const press = this.#presses.shift()
    if (press !== undefined) press()
    else if (this.sending === 'voice') this.#sendAudio(this.voice.next())
  }

  #report(now: number): void {
    const source =
      this.#peerSsrc === undefined ? undefined : { ssrc: this.#peerSsrc, reception: this.#reception }
    this.#options.sendRtcp(this.#rtcp.report(source, { now, unixMs: Date.now() }))
  }

  #sendPacket(packet: { payload: Uint8Array; payloadType: number; ticks: number; marker?: boolean }): void {
    const target = new Uint8Array(RTP_HEADER_BYTES + packet.payload.length)
    this.#output.send(packet, target, performance.now())
    const { link, sendRtp } = this.#options
    for (const datagram of link === undefined ? [target] : link.pass(target)) sendRtp(datagram)
  }

  stats(): RtpStreamStats {
    return {
      sent: this.#output.stats().packets,
      reception: this.#reception.stats(),
      rtcp: this.#rtcp.stats(),
      malformed: this.#malformed,
    }
  }

  /** Says goodbye and stops sending. What was received stays readable. */
  close(): void {
    this.#stopClock()
    this.voice.stop()
    for (const press of this.#presses.splice(0)) press()
    this.#options.sendRtcp(this.#rtcp.goodbye())
  }
}
