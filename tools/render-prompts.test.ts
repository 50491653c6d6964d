import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { linearLevel } from '@ringdown/media'
import { activeSpeechLevel, readWav } from '@ringdown/testkit'
import { describe, expect, it } from 'vitest'

const prompts = join(import.meta.dirname, '../apps/gateway/prompts')
const speech = join(import.meta.dirname, '../packages/testkit/speech')
const texts: Record<string, { clips: Record<string, string> }> = JSON.parse(
  readFileSync(join(prompts, 'texts.json'), 'utf8'),
)

function clip(...path: string[]) {
  const { samples, sampleRate } = readWav(readFileSync(join(...path)))
  const loudest = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0)
  return { samples, sampleRate, seconds: samples.length / sampleRate, loudest }
}

describe.each(Object.entries(texts))('prompts in %s', (language, { clips }) => {
  it('has the same clips as English', () => {
    expect(Object.keys(clips).sort()).toEqual(Object.keys(texts.en!.clips).sort())
  })

  it('has a rendered file for every text and no other', () => {
    const files = readdirSync(join(prompts, language)).map(file => file.replace(/\.wav$/, ''))
    expect(files.sort()).toEqual(Object.keys(clips).sort())
  })

  it.each(Object.entries(clips))('%s is 8 kHz speech at -19 dBov without clipping', (name, text) => {
    const { samples, sampleRate, seconds, loudest } = clip(prompts, language, `${name}.wav`)
    expect(sampleRate).toBe(8000)
    expect(Math.abs(activeSpeechLevel(samples, sampleRate) + 19)).toBeLessThan(1.5)
    expect(loudest).toBeLessThan(32000)
    // Calm speech is between 8 and 20 letters a second; a word alone is slower.
    expect(seconds).toBeGreaterThan(text.length / 20)
    expect(seconds).toBeLessThan(text.length / 8 + 1)
  })
})

it('hold music is a minute or more, quieter than speech, and joins itself without a click', () => {
  const { samples, sampleRate, seconds, loudest } = clip(prompts, 'music.wav')
  expect(sampleRate).toBe(8000)
  expect(seconds).toBeGreaterThanOrEqual(60)
  expect(linearLevel(samples)).toBeCloseTo(-22, 0)
  expect(loudest).toBeLessThan(25000)
  const steps = samples.slice(1).map((sample, index) => Math.abs(sample - samples[index]!))
  const seam = Math.abs(samples[0]! - samples.at(-1)!)
  expect(seam).toBeLessThan(steps.sort().at(Math.floor(steps.length * 0.999))!)
})

it.each(['caller', 'operator'])('the %s sample is 25 to 30 s of speech for tests', name => {
  const { samples, sampleRate, seconds, loudest } = clip(speech, `${name}.wav`)
  expect([sampleRate, loudest < 32000]).toEqual([8000, true])
  expect(seconds).toBeGreaterThan(25)
  expect(seconds).toBeLessThan(30)
  expect(Math.abs(activeSpeechLevel(samples, sampleRate) + 19)).toBeLessThan(1.5)
})
