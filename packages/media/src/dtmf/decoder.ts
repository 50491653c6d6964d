import { addTicks, tickDistance } from '../rtp/serial.ts'
import { parseTelephoneEvent, type TelephoneEvent, TOUCH_TONES, type TouchTone } from './event.ts'

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
/** The least pause between two presses that senders leave, in seconds (ITU-T Q.24 has 40 ms, telephones 50 and more). */
const PAUSE_SECONDS = 0.05

/**
 * Finds key presses in the telephone-event packets of one RTP stream (RFC 4733). Every packet of a press
 * carries the same timestamp, so a press is told by its timestamp alone: a lost first packet (no marker),
 * lost or repeated end packets and reordering all leave exactly one `pressed`. So do senders that break the rule: whose
 * timestamp moves on with every packet of a press, or stays where it was for the next one.
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
    const timestamp = this.#hasDrifted(event, packet.timestamp, now) ? this.#press!.segment : packet.timestamp
    const isKnown = this.#belongs(timestamp, digit) && !this.#isAnew(event, timestamp, now)
    const signals = isKnown ? [] : [...this.#giveUp(), this.#start(digit, timestamp, now)]
    return this.#update(event, timestamp, now) ? [...signals, this.#release()] : signals
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

  // A timestamp that moved within the press itself: another press begins no earlier than a pause after its end.
  #hasDrifted(event: TelephoneEvent, timestamp: number, now: number): boolean {
    const press = this.#press
    if (press === undefined || TOUCH_TONES[event.code] !== press.digit || now - press.seenAt >= LOST_END_MS)
      return false
    const moved = tickDistance(press.segment, timestamp)
    if (moved <= 0 || moved === LONGEST_SEGMENT) return false
    const pause = this.#clockRate * PAUSE_SECONDS
    if (press.ended) return event.isEnd && event.duration === press.duration && moved < press.duration + pause
    return event.duration > press.duration && moved <= event.duration
  }

  // The timestamp of a press that is over, but long ago, and its duration counts from the beginning.
  #isAnew(event: TelephoneEvent, timestamp: number, now: number): boolean {
    const press = this.#press
    const isRepeated = press?.ended === true && timestamp === press.segment && event.duration < press.duration
    return isRepeated && now - press.seenAt >= LOST_END_MS
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
