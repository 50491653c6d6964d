import { serializeTelephoneEvent, TOUCH_TONES, type TouchTone } from './event.ts'

/** One packet of a key press, for `RtpOutput.send` with `marker` and `ticks`. */
export type TouchTonePacket = {
  readonly payload: Uint8Array
  readonly marker: boolean
  /** When to send it, in ms after the first. */
  readonly afterMs: number
  /** 0 except behind the last packet, where the stream moves on by the whole press. */
  readonly ticks: number
}

export type TouchToneOptions = {
  readonly digit: TouchTone
  /** Length of the press in ms, 20..8000 (a segment holds 8.19 s at 8 kHz). */
  readonly durationMs: number
  /** Hz, of the telephone-event payload type. */
  readonly clockRate: number
}

const INTERVAL_MS = 20
const END_PACKETS = 3
// -10 dBm0: what telephones send and every receiver takes.
const VOLUME = 10

/**
 * Makes all packets of one key press (RFC 4733 §2.5.1): the first with the marker, an update every 20 ms, and
 * the end three times (§2.5.1.4). All carry one RTP timestamp.
 *
 * @throws RangeError if the duration is outside of 20..8000 ms or too long for the clock rate
 */
export function touchTonePackets(options: TouchToneOptions): TouchTonePacket[] {
  const { digit, durationMs, clockRate } = options
  const total = Math.round((durationMs * clockRate) / 1000)
  if (durationMs < INTERVAL_MS || durationMs > 8000 || total > 0xffff)
    throw new RangeError('a press of this length does not fit')
  const code = TOUCH_TONES.indexOf(digit)
  const packets: TouchTonePacket[] = []
  for (let at = 0; at + INTERVAL_MS < durationMs; at += INTERVAL_MS) {
    const duration = Math.round(((at + INTERVAL_MS) * clockRate) / 1000)
    const payload = serializeTelephoneEvent({ code, isEnd: false, volume: VOLUME, duration })
    packets.push({ payload, marker: at === 0, afterMs: at, ticks: 0 })
  }
  const payload = serializeTelephoneEvent({ code, isEnd: true, volume: VOLUME, duration: total })
  const endsAt = packets.length * INTERVAL_MS
  for (let i = 0; i < END_PACKETS; i++) {
    const isLast = i === END_PACKETS - 1
    packets.push({
      payload,
      marker: endsAt + i === 0,
      afterMs: endsAt + i * INTERVAL_MS,
      ticks: isLast ? total : 0,
    })
  }
  return packets
}

/** Whether a character is one of the sixteen touch-tones. Small letters are not. */
export function isTouchTone(character: string): character is TouchTone {
  return character.length === 1 && TOUCH_TONES.includes(character)
}
