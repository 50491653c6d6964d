import { tickDistance } from '@ringdown/media'
import { createStreamDecoder, type StreamCodec } from './stream-codec.ts'

/** One RTP packet as it came, payload copied. */
export type LoggedPacket = {
  /** ms of `performance.now()`. */
  readonly at: number
  readonly ssrc: number
  readonly sequence: number
  readonly timestamp: number
  readonly payloadType: number
  readonly marker: boolean
  readonly payload: Uint8Array
}

/** What an end heard, at 8 kHz: packets at the place of their timestamps, silence where none came. */
export type HeardAudio = {
  readonly samples: Int16Array
  readonly sampleRate: 8000
  /** When the first sample arrived, ms of `performance.now()`. */
  readonly startedAt: number
}

const RATE = 8000
// A stream whose timestamps and arrivals part by more than this, and for so long (ms), has begun a new time line. Where
// they part for a moment only, this process stood still and read late what had come in time.
const REBASE = RATE / 4
const REBASE_MS = 500

type Placed = { at: number; payload: Uint8Array }

// Timestamps decide where audio lies; the time of arrival decides where a stream (each new SSRC) begins.
function place(packets: readonly LoggedPacket[]): Placed[] {
  const startedAt = packets[0]!.at
  let anchor = { ssrc: packets[0]!.ssrc, timestamp: packets[0]!.timestamp, at: 0 }
  const arrival = ({ at }: LoggedPacket) => Math.round(((at - startedAt) * RATE) / 1000)
  const placeOf = ({ timestamp }: LoggedPacket) => anchor.at + tickDistance(anchor.timestamp, timestamp)
  const isElsewhere = (packet: LoggedPacket) =>
    packet.ssrc !== anchor.ssrc || Math.abs(placeOf(packet) - arrival(packet)) > REBASE
  return packets.map((packet, i) => {
    if (isElsewhere(packet) && isElsewhere(soonAfter(packets, i)))
      anchor = { ssrc: packet.ssrc, timestamp: packet.timestamp, at: arrival(packet) }
    return { at: placeOf(packet), payload: packet.payload }
  })
}

/** The last packet that came in the time after this one; itself where none did. */
function soonAfter(packets: readonly LoggedPacket[], index: number): LoggedPacket {
  const until = packets[index]!.at + REBASE_MS
  let last = index
  while (last + 1 < packets.length && packets[last + 1]!.at <= until) last++
  return packets[last]!
}

/**
 * Puts logged packets together to the audio that a listener would hear.
 *
 * @param codec of the payloads
 * @param from ms of `performance.now()`: what arrived earlier is left out
 */
export function heardAudio(packets: readonly LoggedPacket[], codec: StreamCodec, from = 0): HeardAudio {
  const taken = packets.filter(packet => packet.at >= from && packet.payload.length > 0)
  if (taken.length === 0) return { samples: new Int16Array(0), sampleRate: RATE, startedAt: from }
  const placed = place(taken)
  // A packet that overtook the first one would lie before it.
  const first = placed.reduce((least, { at }) => Math.min(least, at), 0)
  const end = placed.reduce((most, { at, payload }) => Math.max(most, at + payload.length), 0)
  const samples = new Int16Array(end - first)
  const decode = createStreamDecoder(codec)
  // G.722 is decoded with what came before: in the order in which it was said.
  for (const { at, payload } of placed.toSorted((a, b) => a.at - b.at))
    samples.set(decode(payload), at - first)
  return { samples, sampleRate: RATE, startedAt: taken[0]!.at + (first * 1000) / RATE }
}
