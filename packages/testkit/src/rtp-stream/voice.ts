import { encodeSpeech, type StreamCodec, silenceOf } from './stream-codec.ts'

/** What a test peer says: 8 kHz linear samples, or bytes already in the stream's codec (sent exactly as they are). */
export type Speech = Int16Array | Uint8Array

const FRAME_BYTES = 160

/** Says things, frame by frame; silence (packets of it) before, between and after, as telephones send it. */
export type Voice = {
  /** Says this from the next frame on, instead of what is being said. Resolves when it has been said (never, looped). */
  say(speech: Speech, options?: { loop?: boolean }): Promise<void>
  /** Silence from the next frame on. */
  stop(): void
  /** The next 20 ms: 160 bytes. */
  next(): Uint8Array
  /**
   * 20 ms went by in which nothing could be said. Linear samples keep their time: those of these 20 ms are never said. Bytes are said
   * one after the other, however late: whoever counts them knows what was lost on the way.
   */
  skip(): void
}

/** @param codec what linear samples are encoded in */
export function createVoice(codec: StreamCodec): Voice {
  const silence = new Uint8Array(FRAME_BYTES).fill(silenceOf(codec))
  let current:
    | { bytes: Uint8Array; at: number; loop: boolean; keepsTime: boolean; said: () => void }
    | undefined

  function end(): void {
    const said = current?.said
    current = undefined
    said?.()
  }

  /** A full frame, going round when looped; a last short one is filled up with silence. */
  function take(bytes: Uint8Array, at: number, loop: boolean): Uint8Array {
    const frame = silence.slice()
    const first = bytes.subarray(at, at + FRAME_BYTES)
    frame.set(first)
    if (loop) for (let i = first.length; i < FRAME_BYTES; i++) frame[i] = bytes[(at + i) % bytes.length]!
    return frame
  }

  function next(): Uint8Array {
    if (current === undefined) return silence
    const { bytes, at, loop } = current
    const frame = take(bytes, at, loop)
    current.at = loop ? (at + FRAME_BYTES) % bytes.length : at + FRAME_BYTES
    if (!loop && current.at >= bytes.length) end()
    return frame
  }

  return {
    say(speech, { loop = false } = {}) {
      end()
      const keepsTime = speech instanceof Int16Array
      const bytes = keepsTime ? encodeSpeech(codec, speech) : speech
      if (bytes.length === 0) return Promise.resolve()
      const { promise, resolve } = Promise.withResolvers<void>()
      current = { bytes, at: 0, loop, keepsTime, said: resolve }
      return promise
    },
    stop: end,
    next,
    skip() {
      if (current?.keepsTime) next()
    },
  }
}
