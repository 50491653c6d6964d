import { linearLevel, SILENCE_DBOV } from '@ringdown/media'

/**
 * Level of the speech itself in dBov, -127..0: pauses are left out, in the spirit of ITU-T P.56 (frames of 20 ms more
 * than 20 dB under the loudest do not count).
 *
 * @param sampleRate Hz
 */
export function activeSpeechLevel(samples: Int16Array, sampleRate: number): number {
  const length = Math.round(sampleRate * 0.02)
  const levels: number[] = []
  for (let at = 0; at + length <= samples.length; at += length) {
    levels.push(linearLevel(samples.subarray(at, at + length)))
  }
  const loudest = levels.reduce((most, level) => Math.max(most, level), SILENCE_DBOV)
  if (loudest === SILENCE_DBOV) return SILENCE_DBOV
  const powers = levels.filter(level => level > loudest - 20).map(level => 10 ** (level / 10))
  return 10 * Math.log10(powers.reduce((sum, power) => sum + power, 0) / powers.length)
}
