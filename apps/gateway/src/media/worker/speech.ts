import {
  decodeG711,
  encodeG711,
  type G711Codec,
  G722_SAMPLE_RATE,
  G722Decoder,
  G722Encoder,
  Resampler,
  SILENCE,
  transcodeG711,
} from '@ringdown/media'
import type { RtpCodec } from '../worker.port.ts'
import { OpusDecoder, OpusEncoder } from './opus-voice.ts'

/** Hz of everything that is made or mixed here: what telephones carry. */
export const SAMPLE_RATE = 8000

/** What ITU-T G.722 makes of silence from reset. */
const G722_SILENCE = 0xfa

export const isG711 = (codec: RtpCodec): codec is G711Codec => codec === 'PCMU' || codec === 'PCMA'

/** A byte that stands for silence; undefined for Opus, where bytes are no samples. */
export function silenceOf(codec: RtpCodec): number | undefined {
  if (isG711(codec)) return SILENCE[codec]
  return codec === 'G722' ? G722_SILENCE : undefined
}

/** Encodes one stretch of 8 kHz audio after the other. The next call overwrites what the last one gave. */
export type Encode = (samples: Int16Array) => Uint8Array

/** Decodes one payload after the other to 8 kHz audio. The next call overwrites what the last one gave. */
export type Decode = (payload: Uint8Array) => Int16Array

/** Undefined for Opus, whose encoder has to be closed: {@link FrameEncoder}. */
export function createEncoder(codec: RtpCodec): Encode | undefined {
  let bytes = new Uint8Array(0)
  const reserve = (length: number): Uint8Array => {
    if (bytes.length !== length) bytes = new Uint8Array(length)
    return bytes
  }
  if (isG711(codec)) return samples => encodeG711(codec, samples, reserve(samples.length))
  if (codec === 'opus') return undefined
  const encoder = new G722Encoder()
  const upwards = new Resampler({ from: SAMPLE_RATE, to: G722_SAMPLE_RATE })
  return samples => encoder.encode(upwards.process(samples), reserve(samples.length))
}

/** Undefined for Opus, whose decoder has to be closed: {@link FrameDecoder}. */
export function createDecoder(codec: RtpCodec): Decode | undefined {
  let samples = new Int16Array(0)
  const reserve = (length: number): Int16Array => {
    if (samples.length !== length) samples = new Int16Array(length)
    return samples
  }
  if (isG711(codec)) return payload => decodeG711(codec, payload, reserve(payload.length))
  if (codec === 'opus') return undefined
  const decoder = new G722Decoder()
  const downwards = new Resampler({ from: G722_SAMPLE_RATE, to: SAMPLE_RATE })
  return payload => downwards.process(decoder.decode(payload, reserve(2 * payload.length)))
}

/** Whether packets of one can go out as packets of the other one by one. Those of Opus have lengths and a clock of their own. */
export const isPassable = (from: RtpCodec, to: RtpCodec): boolean =>
  from === to || (from !== 'opus' && to !== 'opus')

/** Turns a payload into one of another codec, in place: G.711 and G.722 both have 8 bytes to the millisecond. */
export type Transcode = (payload: Uint8Array) => void

/** Undefined from and to Opus: its packets have other lengths, and go through the mixer. */
export function createTranscoder(from: RtpCodec, to: RtpCodec): Transcode | undefined {
  if (from === to) return () => {}
  if (isG711(from) && isG711(to)) return payload => transcodeG711(from, to, payload, payload)
  const decode = createDecoder(from)
  const encode = createEncoder(to)
  return decode && encode && (payload => payload.set(encode(decode(payload))))
}

/** Encodes for one peer, whose codec may change on the way. */
export class FrameEncoder {
  #codec: RtpCodec | undefined
  #encode: Encode | undefined
  #opus: OpusEncoder | undefined

  /** @param samples 20 ms. Undefined for the first of Opus, whose encoder takes a moment to be made */
  encode(codec: RtpCodec, samples: Int16Array): Uint8Array | undefined {
    if (codec !== this.#codec) this.#change(codec)
    return this.#opus === undefined ? this.#encode?.(samples) : this.#opus.encode(samples)
  }

  close(): void {
    this.#opus?.close()
    this.#opus = undefined
  }

  #change(codec: RtpCodec): void {
    this.close()
    this.#codec = codec
    this.#encode = createEncoder(codec)
    if (codec === 'opus') this.#opus = new OpusEncoder()
  }
}

/** Decodes what one peer sends, whose codec may change on the way. */
export class FrameDecoder {
  #codec: RtpCodec | undefined
  #decode: Decode | undefined
  #opus: OpusDecoder | undefined

  /** Undefined for the first of Opus, whose decoder takes a moment to be made, and for what is none. */
  decode(codec: RtpCodec, payload: Uint8Array): Int16Array | undefined {
    if (codec !== this.#codec) this.#change(codec)
    return this.#opus === undefined ? this.#decode?.(payload) : this.#opus.decode(payload)
  }

  close(): void {
    this.#opus?.close()
    this.#opus = undefined
  }

  #change(codec: RtpCodec): void {
    this.close()
    this.#codec = codec
    this.#decode = createDecoder(codec)
    if (codec === 'opus') this.#opus = new OpusDecoder()
  }
}
