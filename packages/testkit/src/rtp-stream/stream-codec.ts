import {
  decodeG711,
  encodeG711,
  type G711Codec,
  G722_SAMPLE_RATE,
  G722Decoder,
  G722Encoder,
  Resampler,
  SILENCE,
} from '@ringdown/media'

/** What a test peer can speak: a packet of 20 ms has 160 bytes in each, and RTP counts 8000 ticks a second (RFC 3551 §4.5.2). */
export type StreamCodec = G711Codec | 'G722'

/** Hz of all linear audio here. */
const RATE = 8000
/** What ITU-T G.722 makes of silence from reset. */
const G722_SILENCE = 0xfa

export const payloadTypeOf: Readonly<Record<StreamCodec, number>> = { PCMU: 0, PCMA: 8, G722: 9 }

export const silenceOf = (codec: StreamCodec): number => (codec === 'G722' ? G722_SILENCE : SILENCE[codec])

/** Encodes a whole speech at 8 kHz. */
export function encodeSpeech(codec: StreamCodec, samples: Int16Array): Uint8Array {
  if (codec !== 'G722') return encodeG711(codec, samples)
  return new G722Encoder().encode(new Resampler({ from: RATE, to: G722_SAMPLE_RATE }).process(samples))
}

/** Decodes one packet after the other to 8 kHz. */
export function createStreamDecoder(codec: StreamCodec): (payload: Uint8Array) => Int16Array {
  if (codec !== 'G722') return payload => decodeG711(codec, payload)
  const decoder = new G722Decoder()
  const resampler = new Resampler({ from: G722_SAMPLE_RATE, to: RATE })
  return payload => resampler.process(decoder.decode(payload))
}
