import { expect, test } from 'vitest'
import { ringTone, testTone } from './tone.rules.ts'

test.each([
  ['ring tone', ringTone],
  ['test tone', testTone],
])('the %s sounds, never clips, and begins and ends in silence', (_name, tone) => {
  for (const sampleRate of [44_100, 48_000]) {
    const samples = tone(sampleRate)
    const peak = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0)
    expect(peak).toBeGreaterThan(0.1)
    expect(peak).toBeLessThan(0.9)
    expect(Math.abs(samples[0] ?? 1)).toBeLessThan(0.001)
    expect(Math.abs(samples.at(-1) ?? 1)).toBeLessThan(0.01)
  }
})

test('between two rings there is a pause of more than a second', () => {
  const samples = ringTone(48_000)
  const lastSound = samples.findLastIndex(sample => Math.abs(sample) > 0.001)
  expect(samples.length - lastSound).toBeGreaterThan(48_000)
})
