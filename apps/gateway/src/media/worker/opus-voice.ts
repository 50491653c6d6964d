import {
  Application,
  createDecoder,
  createEncoder,
  loadLibopus,
  type OpusDecoderHandle,
  type OpusEncoderHandle,
} from 'libopus-wasm'

/** Hz: Opus makes and reads its packets at any of its rates (RFC 6716 §2), so nothing has to be resampled here. */
const SAMPLE_RATE = 8000
/** bit/s: what RFC 7587 §3.1.1 calls the sweet spot of narrowband speech is 8 to 12 kbit/s; music on hold needs more. */
const BITRATE = 24_000
/** 0 to 10: takes a quarter of the time of 5, for narrowband prompts and music that a telephone plays. */
const COMPLEXITY = 1

/** Once per process, before the first call. @throws Error where WebAssembly cannot be had */
export const loadOpus = async (): Promise<void> => {
  await loadLibopus()
}

/** A handle of the library: it is made asynchronously, and holds memory that no garbage collector sees. */
class Handle<Codec extends { free(): void }> {
  #codec: Codec | undefined
  #isClosed = false

  constructor(making: Promise<Codec>) {
    const keep = (codec: Codec): void => {
      if (this.#isClosed) codec.free()
      else this.#codec = codec
    }
    // The worker does not start without the library; what can fail later is memory, and then this one stays silent.
    making.then(keep, () => undefined)
  }

  /** Undefined for the moment that it takes to make it, and after it was closed. */
  get codec(): Codec | undefined {
    return this.#codec
  }

  close(): void {
    this.#isClosed = true
    this.#codec?.free()
    this.#codec = undefined
  }
}

/** One stream of narrowband speech to Opus (RFC 6716), one channel. */
export class OpusEncoder {
  readonly #handle = new Handle<OpusEncoderHandle>(
    createEncoder({
      sampleRate: SAMPLE_RATE,
      channels: 1,
      application: Application.Voip,
      bitrate: BITRATE,
      complexity: COMPLEXITY,
    }),
  )

  /** @param samples 20 ms. The first frame may be undefined: the encoder is not there yet */
  encode(samples: Int16Array): Uint8Array | undefined {
    return this.#handle.codec?.encode(samples)
  }

  close(): void {
    this.#handle.close()
  }
}

/** One stream of Opus (RFC 6716) to narrowband audio of one channel, whatever its packets carry. */
export class OpusDecoder {
  readonly #handle = new Handle<OpusDecoderHandle>(createDecoder({ sampleRate: SAMPLE_RATE, channels: 1 }))

  /** Undefined for what is no Opus packet, and for the first, while the decoder is not there yet. */
  decode(payload: Uint8Array): Int16Array | undefined {
    try {
      return payload.length === 0 ? undefined : this.#handle.codec?.decode(payload)
    } catch {
      return undefined
    }
  }

  close(): void {
    this.#handle.close()
  }
}
