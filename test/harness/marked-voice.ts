/** What one end heard of a marked voice. */
export type HeardMarks = {
  /** Frames that were exactly as they were said. */
  frames: number
  /** Who said them; more than one means that calls were mixed up. */
  voices: Set<number>
  /** Frames that nobody said. */
  foreign: number
  /** Frames that are missing, or out of order, between the first and the last. */
  gaps: number
}

const frameBytes = 160
/** Frames until a voice repeats itself: two seconds. */
const round = 100

/**
 * A voice that is like no other: every 20 ms frame of its two seconds says whose it is and which it is, byte for byte.
 * PCMU bytes, to be looped.
 *
 * @param voice 0..65535
 */
export function markedVoice(voice: number): Uint8Array {
  const known = voices.get(voice)
  if (known) return known
  const bytes = new Uint8Array(round * frameBytes)
  for (let index = 0; index < round; index++) bytes.set(frameOf(voice, index), index * frameBytes)
  voices.set(voice, bytes)
  return bytes
}

const voices = new Map<number, Uint8Array>()

const isSame = (payload: Uint8Array, voice: number, index: number) =>
  Buffer.compare(payload, markedVoice(voice).subarray(index * frameBytes, (index + 1) * frameBytes)) === 0

function frameOf(voice: number, index: number): Uint8Array {
  const frame = Uint8Array.from({ length: frameBytes }, (_, i) => (voice * 31 + index * 7 + i * 13) % 256)
  frame.set([voice >> 8, voice & 255, index])
  return frame
}

/** Reads the marks of payloads in their order of arrival. */
export function readMarks(payloads: readonly Uint8Array[]): HeardMarks {
  const heard: HeardMarks = { frames: 0, voices: new Set(), foreign: 0, gaps: 0 }
  let last: number | undefined
  for (const payload of payloads) {
    const voice = (payload[0] ?? 0) * 256 + (payload[1] ?? 0)
    const index = payload[2] ?? 0
    if (index >= round || !isSame(payload, voice, index)) {
      heard.foreign++
      continue
    }
    heard.frames++
    heard.voices.add(voice)
    if (last !== undefined) heard.gaps += (index - last - 1 + round) % round
    last = index
  }
  return heard
}
