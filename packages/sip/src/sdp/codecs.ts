import type { CodecName } from './negotiated.ts'

interface Codec {
  readonly rtpmap: string
  readonly clockRate: number
  /** Payload type in our own offers. */
  readonly offered: number
  /** What we say we can receive. */
  readonly fmtp?: string
}

/** RFC 3551 table 4 for the static types; the others have dynamic numbers. */
export const CODECS: Readonly<Record<CodecName, Codec>> = {
  PCMU: { rtpmap: 'PCMU/8000', clockRate: 8000, offered: 0 },
  PCMA: { rtpmap: 'PCMA/8000', clockRate: 8000, offered: 8 },
  G722: { rtpmap: 'G722/8000', clockRate: 8000, offered: 9 },
  // RFC 7587 §7: always 48000/2, whatever is in the packets.
  opus: {
    rtpmap: 'opus/48000/2',
    clockRate: 48000,
    offered: 107,
    fmtp: 'minptime=10;useinbandfec=1',
  },
}

/** Payload types of telephone-event in our offers, by clock rate. */
export const TELEPHONE_EVENT_TYPES = { 8000: 101, 48000: 110 } as const

/** RFC 4733 §2.5.1.2: digits 0-9, *, #, A-D. */
export const TELEPHONE_EVENTS = '0-15'

/** RFC 3551 table 4: comfort noise (RFC 3389) for codecs with a clock of 8000 Hz. */
export const COMFORT_NOISE_TYPE = 13
