const silenceDb = -60
const loudDb = -10

/** Loudness of samples (-1..1) on a scale from 0 (silence, -60 dBFS) to 1 (loud speech, -10 dBFS). */
export function levelOf(samples: Float32Array): number {
  let sum = 0
  for (const sample of samples) sum += sample * sample
  const db = 10 * Math.log10(sum / Math.max(1, samples.length) + 1e-12)
  return Math.min(1, Math.max(0, (db - silenceDb) / (loudDb - silenceDb)))
}
