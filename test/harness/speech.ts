import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { compareSpeech, hearsItself, readWav } from '@ringdown/testkit'
import { expect } from 'vitest'

const folder = join(import.meta.dirname, '../../packages/testkit/speech')

/** Different voices and texts, so that whoever hears the wrong one is found out. 8 kHz. */
export const speech = {
  caller: readWav(readFileSync(join(folder, 'caller.wav')), 8000).samples,
  operator: readWav(readFileSync(join(folder, 'operator.wav')), 8000).samples,
}

/** Path of what Chromium's fake microphone plays: the operator's speech. */
export const operatorWav = join(folder, 'operator.wav')

/** The caller's speech, for a fake microphone or `npm run call`. */
export const callerWav = join(folder, 'caller.wav')

/** FEATURES: what arrives is what was said. The figures are the issue's: median 0.9, at most 2 % of windows below 0.5. */
export function expectHeard(order: {
  sent: Int16Array
  heard: Int16Array
  own: Int16Array
  loops?: boolean
  minimumWindows?: number
}): void {
  const { sent, heard, own, loops = false, minimumWindows = 20 } = order
  const result = compareSpeech({ sent, heard, sampleRate: 8000, loops })
  expect(result.windows.length, 'windows in which the other end spoke').toBeGreaterThanOrEqual(minimumWindows)
  expect(result.median, 'median correlation').toBeGreaterThanOrEqual(0.9)
  expect(result.below, 'share of windows below 0.5').toBeLessThanOrEqual(0.02)
  expect(hearsItself({ ownSent: own, heard, sampleRate: 8000 }).hears, 'hears itself').toBe(false)
}
