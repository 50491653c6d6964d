/** The sixteen touch-tones, in the order of their event codes 0..15 (RFC 4733 §3.2). */
export const TOUCH_TONES = '0123456789*#ABCD'

export type TouchTone =
  | '0'
  | '1'
  | '2'
  | '3'
  | '4'
  | '5'
  | '6'
  | '7'
  | '8'
  | '9'
  | '*'
  | '#'
  | 'A'
  | 'B'
  | 'C'
  | 'D'

/** One telephone-event payload (RFC 4733 §2.3). */
export type TelephoneEvent = {
  /** 0..255; 0..15 are touch-tones. */
  readonly code: number
  readonly isEnd: boolean
  /** Power in dBm0 below zero, 0..63. */
  readonly volume: number
  /** Ticks since the timestamp of the packet, 0..65535. */
  readonly duration: number
}

const TELEPHONE_EVENT_BYTES = 4

/**
 * Reads a telephone-event payload; undefined if it is shorter than 4 bytes. Further events in it are not
 * read.
 */
export function parseTelephoneEvent(payload: Uint8Array): TelephoneEvent | undefined {
  if (payload.length < TELEPHONE_EVENT_BYTES) return undefined
  return {
    code: payload[0]!,
    isEnd: (payload[1]! & 0x80) !== 0,
    volume: payload[1]! & 0x3f,
    duration: (payload[2]! << 8) | payload[3]!,
  }
}

/** Makes the 4 bytes of a telephone-event payload. */
export function serializeTelephoneEvent(event: TelephoneEvent): Uint8Array {
  return Uint8Array.of(
    event.code,
    (event.isEnd ? 0x80 : 0) | (event.volume & 0x3f),
    event.duration >> 8,
    event.duration & 0xff,
  )
}
