import type { G711Codec } from './frame.ts'

/** Byte that decodes to silence: the smallest positive value of each law (ITU-T G.711 tables 1a and 2a). */
export const SILENCE: Readonly<Record<G711Codec, number>> = { PCMU: 0xff, PCMA: 0xd5 }

// ITU-T G.711 table 2: 14-bit values, chords double from 2, origin shifted by 33; all bits are inverted on
// the line.
function decodeMuLaw(code: number): number {
  const bits = ~code & 0xff
  const magnitude = (((((bits & 0x0f) << 1) + 33) << ((bits >> 4) & 7)) - 33) << 2
  return bits & 0x80 ? -magnitude : magnitude
}

// ITU-T G.711 table 1: 13-bit values, the first two chords share one step; even bits are inverted on the
// line.
function decodeALaw(code: number): number {
  const bits = code ^ 0x55
  const chord = (bits >> 4) & 7
  const step = ((bits & 0x0f) << 4) + 8
  const magnitude = chord === 0 ? step : (step + 0x100) << (chord - 1)
  return bits & 0x80 ? magnitude : -magnitude
}

function encodeMuLaw(sample: number): number {
  const magnitude = Math.min((sample < 0 ? ~sample : sample) >> 2, 8158) + 33
  const chord = 26 - Math.clz32(magnitude)
  const bits = (chord << 4) | ((magnitude >> (chord + 1)) & 0x0f)
  return ~(sample < 0 ? bits | 0x80 : bits) & 0xff
}

function encodeALaw(sample: number): number {
  const magnitude = (sample < 0 ? ~sample : sample) >> 4
  const chord = magnitude < 32 ? magnitude >> 4 : 28 - Math.clz32(magnitude)
  const step = (chord === 0 ? magnitude : magnitude >> (chord - 1)) & 0x0f
  return ((sample < 0 ? 0 : 0x80) | (chord << 4) | step) ^ 0x55
}

// Only the upper 14 (mu) and 12 (A) bits of a sample decide, so the tables have 16384 and 4096 entries.
const MU_SHIFT = 2
const A_SHIFT = 4

function encodeTable(shift: number, encode: (sample: number) => number): Uint8Array {
  const size = 65536 >> shift
  return Uint8Array.from({ length: size }, (_, index) =>
    encode((index < size / 2 ? index : index - size) << shift),
  )
}

function decodeTable(decode: (code: number) => number): Int16Array {
  return Int16Array.from({ length: 256 }, (_, code) => decode(code))
}

const muToLinear = decodeTable(decodeMuLaw)
const aToLinear = decodeTable(decodeALaw)
const linearToMu = encodeTable(MU_SHIFT, encodeMuLaw)
const linearToA = encodeTable(A_SHIFT, encodeALaw)

// The sign bit is carried over by itself, because mu-law has two zeros and a linear zero has no sign.
const muToA = Uint8Array.from({ length: 256 }, (_, code) => {
  const positive = encodeALaw(Math.abs(decodeMuLaw(code)))
  return code & 0x80 ? positive : positive ^ 0x80
})
const aToMu = Uint8Array.from({ length: 256 }, (_, code) => {
  const positive = encodeMuLaw(Math.abs(decodeALaw(code)))
  return code & 0x80 ? positive : positive ^ 0x80
})

/** The 256 linear values of a law, for stages that work on codes directly. ITU-T G.711, scaled to 16 bits. */
export function g711Values(codec: G711Codec): Int16Array {
  return codec === 'PCMU' ? muToLinear : aToLinear
}

/**
 * Decodes G.711 to 16-bit linear samples (ITU-T G.711; mu-law ±32124, A-law ±32256).
 *
 * @param target receives the samples; a new array when left out
 * @returns `target`, of which the first `payload.length` samples are written
 * @throws RangeError if `target` is shorter than `payload`
 */
export function decodeG711(
  codec: G711Codec,
  payload: Uint8Array,
  target: Int16Array = new Int16Array(payload.length),
): Int16Array {
  if (target.length < payload.length) throw new RangeError('the target is shorter than the payload')
  const values = g711Values(codec)
  for (let i = 0; i < payload.length; i++) target[i] = values[payload[i]!]!
  return target
}

/**
 * Encodes 16-bit linear samples to G.711 (ITU-T G.711; decision values of tables 1 and 2).
 *
 * @param target receives the bytes; a new array when left out
 * @returns `target`, of which the first `samples.length` bytes are written
 * @throws RangeError if `target` is shorter than `samples`
 */
export function encodeG711(
  codec: G711Codec,
  samples: Int16Array,
  target: Uint8Array = new Uint8Array(samples.length),
): Uint8Array {
  if (target.length < samples.length) throw new RangeError('the target is shorter than the samples')
  if (codec === 'PCMU') {
    for (let i = 0; i < samples.length; i++) target[i] = linearToMu[(samples[i]! >> MU_SHIFT) & 0x3fff]!
  } else {
    for (let i = 0; i < samples.length; i++) target[i] = linearToA[(samples[i]! >> A_SHIFT) & 0x0fff]!
  }
  return target
}

/**
 * Converts between the laws code by code, keeping the sign (ITU-T G.711 tables 3 and 4). Copies when the laws
 * are equal.
 *
 * @param target receives the bytes; may be `payload` itself; a new array when left out
 * @throws RangeError if `target` is shorter than `payload`
 */
export function transcodeG711(
  from: G711Codec,
  to: G711Codec,
  payload: Uint8Array,
  target: Uint8Array = new Uint8Array(payload.length),
): Uint8Array {
  if (target.length < payload.length) throw new RangeError('the target is shorter than the payload')
  if (from === to) {
    target.set(payload)
    return target
  }
  const table = from === 'PCMU' ? muToA : aToMu
  for (let i = 0; i < payload.length; i++) target[i] = table[payload[i]!]!
  return target
}
