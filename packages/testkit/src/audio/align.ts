import { correlate, fftSize } from './fft.ts'

/** Where a stretch of audio was found, in samples, and how well it fits: 1 is the same wave, 0 has nothing to do with it. */
export type Match = { readonly at: number; readonly correlation: number }

/**
 * Finds `pattern` in `heard` by normalised cross-correlation, starting anywhere from `from` to `to` (samples; what
 * lies outside of `heard` counts as silence).
 */
export function findPattern(pattern: Float64Array, heard: Int16Array, from: number, to: number): Match {
  const length = pattern.length
  const stretch = Float64Array.from({ length: to - from + length }, (_, i) => heard[from + i] ?? 0)
  const products = correlate(pattern, stretch, fftSize(stretch.length))
  const patternPower = pattern.reduce((sum, sample) => sum + sample * sample, 0)
  let power = 0
  for (let i = 0; i < length; i++) power += stretch[i]! ** 2
  let best: Match = { at: from, correlation: 0 }
  for (let lag = 0; lag <= to - from; lag++) {
    // A stretch without energy (digital silence, up to rounding) fits nothing.
    const scale = Math.sqrt(Math.max(power, length) * patternPower)
    const correlation = scale > 0 ? products[lag]! / scale : 0
    if (correlation > best.correlation) best = { at: from + lag, correlation }
    power += (stretch[lag + length] ?? 0) ** 2 - stretch[lag]! ** 2
  }
  return best
}

const HOP_MS = 10

// The cube root of the energy every 10 ms, without its mean: loud and soft syllables count about the same.
function envelope(samples: Int16Array, sampleRate: number): Float64Array {
  const hop = (sampleRate * HOP_MS) / 1000
  const curve = Float64Array.from({ length: Math.floor(samples.length / hop) }, (_, i) => {
    let sum = 0
    for (let j = Math.floor(i * hop); j < Math.floor((i + 1) * hop); j++) sum += samples[j]! ** 2
    return Math.cbrt(Math.sqrt(sum / hop))
  })
  const mean = curve.reduce((sum, value) => sum + value, 0) / Math.max(1, curve.length)
  return curve.map(value => value - mean)
}

/**
 * The likeliest offsets of `sent` within `heard`, best first, by the correlation of their envelopes: which survives
 * codecs, loss and clocks that drift. In samples, negative when the beginning of `sent` was not heard; to ±5 ms.
 *
 * @param sampleRate Hz of both, a multiple of 100
 * @param count how many, at least 100 ms apart
 */
export function candidateOffsets(
  sent: Int16Array,
  heard: Int16Array,
  sampleRate: number,
  count: number,
): number[] {
  const [a, b] = [envelope(sent, sampleRate), envelope(heard, sampleRate)]
  const size = fftSize(a.length + b.length)
  const fit = correlate(a, b, size)
  const order = Array.from(fit.keys()).sort((x, y) => fit[y]! - fit[x]!)
  const found: number[] = []
  for (const index of order) {
    const lag = index > size / 2 ? index - size : index
    if (found.every(other => Math.abs(other - lag) >= 100 / HOP_MS)) found.push(lag)
    if (found.length === count) break
  }
  return found.map(lag => Math.round((lag * sampleRate * HOP_MS) / 1000))
}
