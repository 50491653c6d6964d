import { addTicks, tickDistance } from '../rtp/serial.ts'
import { parseTelephoneEvent, TOUCH_TONES, type TouchTone } from './event.ts'

/**
 * `pressed` comes once per key press, as soon as any packet of it is seen; `released` when it is known to be
 * over.
 */
export type TouchToneSignal =
  | { readonly type: 'pressed'; readonly digit: TouchTone }
  | { readonly type: 'released'; readonly digit: TouchTone; readonly durationMs: number }

export type TouchToneDecoderStats = {
  readonly digits: number
  /** Key presses that were given up without an end packet. */
  readonly endsLost: number
  /** Packets that are too short, carry other events, or are older than the last key press. */
  readonly ignored: number
}

type Press = {
  digit: TouchTone
  timestamp: number
  segment: number
  duration: number
  ended: boolean
  seenAt: number
}

// Senders update every 50 ms or more often (RFC 4733 §2.5.1.2): after three lost updates the press is over.
const LOST_END_MS = 150
const LONGEST_SEGMENT = 0xffff

/**
 * Finds key presses in the telephone-event packets of one RTP stream (RFC 4733). Every packet of a press
 * carries the same timestamp, so a press is told by its timestamp alone: a lost first packet (no marker),
 * lost or repeated end packets and reordering all leave exactly one `pressed`.
 */
export class TouchToneDecoder {
  readonly #clockRate: number
  #press: Press | undefined
  #digits = 0
  #endsLost = 0
  #ignored = 0

  /** @param clockRate of the telephone-event payload type: 8000 beside G.711 */
  constructor(clockRate: number) {
    this.#clockRate = clockRate
  }

  /**
   * @param packet payload and timestamp of an RTP packet with the telephone-event payload type
   * @param now arrival in ms, monotonic
   */
  process(packet: { payload: Uint8Array; timestamp: number }, now: number): TouchToneSignal[] {
    const event = parseTelephoneEvent(packet.payload)
    const digit = event === undefined ? undefined : (TOUCH_TONES[event.code] as TouchTone | undefined)
    if (event === undefined || digit === undefined || this.#isOld(packet.timestamp)) return this.#ignore()
    const signals = this.#belongs(packet.timestamp, digit)
      ? []
      : [...this.#giveUp(), this.#start(digit, packet.timestamp, now)]
    return this.#update(event, packet.timestamp, now) ? [...signals, this.#release()] : signals
  }

  /** Ends a press whose end packets are lost. Call it now and then, with the same clock as `process`. */
  expire(now: number): TouchToneSignal[] {
    const press = this.#press
    return press === undefined || press.ended || now - press.seenAt < LOST_END_MS ? [] : this.#giveUp()
  }

  #isOld(timestamp: number): boolean {
    return this.#press !== undefined && tickDistance(this.#press.segment, timestamp) < 0
  }

  // RFC 4733 §2.5.1.3: a press longer than a segment goes on with the timestamp where the segment ended, no
  // marker.
  #belongs(timestamp: number, digit: TouchTone): boolean {
    const press = this.#press
    if (press === undefined || press.digit !== digit) return false
    if (timestamp === press.segment) return true
    return !press.ended && timestamp === addTicks(press.segment, LONGEST_SEGMENT)
  }

  #start(digit: TouchTone, timestamp: number, now: number): TouchToneSignal {
    this.#digits++
    this.#press = { digit, timestamp, segment: timestamp, duration: 0, ended: false, seenAt: now }
    return { type: 'pressed', digit }
  }

  #update(event: { duration: number; isEnd: boolean }, timestamp: number, now: number): boolean {
    const press = this.#press!
    press.segment = timestamp
    press.seenAt = now
    press.duration = Math.max(press.duration, tickDistance(press.timestamp, timestamp) + event.duration)
    if (!event.isEnd || press.ended) return false
    press.ended = true
    return true
  }

  #giveUp(): TouchToneSignal[] {
    if (this.#press === undefined || this.#press.ended) return []
    this.#press.ended = true
    this.#endsLost++
    return [this.#release()]
  }

  #release(): TouchToneSignal {
    const { digit, duration } = this.#press!
    return { type: 'released', digit, durationMs: (duration * 1000) / this.#clockRate }
  }

  #ignore(): TouchToneSignal[] {
    this.#ignored++
    return []
  }

  stats(): TouchToneDecoderStats {
    return { digits: this.#digits, endsLost: this.#endsLost, ignored: this.#ignored }
  }
}
