import type { CodecName } from './negotiated.ts'

/** RFC 3551 table 4 for the static types; dynamic numbers are those we use in our own offers. */
export const CODECS: Readonly<
  Record<
    CodecName,
    {
      readonly rtpmap: string
      readonly clockRate: number
      readonly offered: number
      readonly static: boolean
    }
  >
> = {
  PCMU: { rtpmap: 'PCMU/8000', clockRate: 8000, offered: 0, static: true },
  PCMA: { rtpmap: 'PCMA/8000', clockRate: 8000, offered: 8, static: true },
  G722: { rtpmap: 'G722/8000', clockRate: 8000, offered: 9, static: true },
  opus: { rtpmap: 'opus/48000/2', clockRate: 48000, offered: 107, static: false },
}

/** The payload type of telephone-event in our offers. */
export const TELEPHONE_EVENT_TYPE = 101

/** RFC 4733 §2.5.1.2: digits 0-9, *, #, A-D. */
export const TELEPHONE_EVENTS = '0-15'
