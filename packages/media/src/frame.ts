/** Codecs a frame can carry. `L16` is host-order linear PCM inside the process, never bytes from the wire. */
export type Codec = 'PCMU' | 'PCMA' | 'G722' | 'opus' | 'L16'

/** The two laws of ITU-T G.711. */
export type G711Codec = 'PCMU' | 'PCMA'

/** One packet's worth of encoded audio. */
export type EncodedFrame = {
  readonly codec: Exclude<Codec, 'L16'>
  /**
   * RTP clock in Hz: 8000 for G.711 and (RFC 3551 §4.5.2, although it samples at 16 kHz) G.722, 48000 for
   * Opus.
   */
  readonly clockRate: number
  readonly payload: Uint8Array
  /** In ticks of `clockRate`, modulo 2^32. */
  readonly timestamp: number
}

/** A stretch of linear audio, one channel. */
export type LinearFrame = {
  readonly codec: 'L16'
  /** Samples per second. */
  readonly clockRate: number
  readonly samples: Int16Array
  /** In samples, modulo 2^32. */
  readonly timestamp: number
}

export type AudioFrame = EncodedFrame | LinearFrame

/** What every stage of a pipeline looks like: synchronous, no sockets, no timers, numbers to watch it by. */
export type Stage<Input, Output, Stats> = {
  process(frame: Input): Output[]
  stats(): Stats
}

/** The frame length everything in Ringdown runs on, in ms. */
export const FRAME_MS = 20

/**
 * Ticks (or samples) in one 20 ms frame.
 *
 * @param clockRate Hz, a multiple of 50
 */
export function ticksPerFrame(clockRate: number): number {
  return (clockRate * FRAME_MS) / 1000
}
