/** 0 dBov is a square wave at full scale (ITU-T G.100.1): RMS 32768. */
const FULL_SCALE = 32768

/** Root mean square of a stretch of samples, 0..32768. */
export function rms(samples: Int16Array): number {
  let sum = 0
  for (const sample of samples) sum += sample * sample
  return samples.length === 0 ? 0 : Math.sqrt(sum / samples.length)
}

/** An RMS as dBov, -127 (digital silence) to 0. */
export function toDbov(value: number): number {
  return value <= 0 ? -127 : Math.max(-127, 20 * Math.log10(value / FULL_SCALE))
}

/**
 * Level of the speech itself in dBov: pauses are left out, in the spirit of ITU-T P.56 (frames of 20 ms more than
 * 20 dB under the loudest do not count).
 *
 * @param sampleRate Hz
 */
export function activeSpeechLevel(samples: Int16Array, sampleRate: number): number {
  const length = Math.round(sampleRate * 0.02)
  const powers: number[] = []
  for (let at = 0; at + length <= samples.length; at += length)
    powers.push(rms(samples.subarray(at, at + length)) ** 2)
  const loudest = Math.max(0, ...powers)
  const active = powers.filter(power => power > loudest / 100)
  if (active.length === 0) return -127
  return toDbov(Math.sqrt(active.reduce((sum, power) => sum + power, 0) / active.length))
}
