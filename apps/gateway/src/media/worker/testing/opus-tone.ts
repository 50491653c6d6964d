import { createEncoder } from 'libopus-wasm'

const RATE = 48_000
const FRAME_SAMPLES = RATE / 50

export type OpusTone = {
  /** The next 20 ms of the tone, in Opus. */
  next(): Uint8Array
  close(): void
}

/** A tone of any pitch up to 20 kHz in Opus: of the full band, as telephones send it. */
export async function createOpusTone(hertz: number): Promise<OpusTone> {
  const encoder = await createEncoder({ sampleRate: RATE, channels: 1 })
  let at = 0
  return {
    next: () =>
      encoder.encode(
        Int16Array.from(
          { length: FRAME_SAMPLES },
          () => 8000 * Math.sin((2 * Math.PI * hertz * at++) / RATE),
        ),
      ),
    close: () => encoder.free(),
  }
}
