import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { linearLevel } from '@ringdown/media'
import { compareSpeech, readWav } from '@ringdown/testkit'

const prompts = join(import.meta.dirname, '../../apps/gateway/prompts')
const clips = new Map<string, Int16Array>()

/** One of the gateway's recordings, such as `en/greeting` or `music`; 8 kHz. */
function clip(name: string): Int16Array {
  const samples = clips.get(name) ?? readWav(readFileSync(join(prompts, `${name}.wav`)), 8000).samples
  clips.set(name, samples)
  return samples
}

/** Where in `heard` (8 kHz) a recording was played from its beginning to its end: ms; undefined when it was not. */
export function playedAt(name: string, heard: Int16Array): number | undefined {
  const { windows, median, offsetMs } = compareSpeech({ sent: clip(name), heard, sampleRate: 8000 })
  return windows.length > 0 && median >= 0.9 && offsetMs >= 0 ? offsetMs : undefined
}

/** Whether all of `heard` is hold music, from wherever in its loop. */
export function isMusic(heard: Int16Array): boolean {
  const { windows, median, below } = compareSpeech({
    sent: clip('music'),
    heard,
    sampleRate: 8000,
    loops: true,
  })
  return windows.length > 0 && median >= 0.9 && below <= 0.02
}

/** Whether all of `heard` is this speech, which is said over and over, from wherever in it. */
export function isSpeech(sent: Int16Array, heard: Int16Array): boolean {
  const { windows, median } = compareSpeech({ sent, heard, sampleRate: 8000, loops: true })
  return windows.length > 0 && median >= 0.9
}

/** Whether nothing can be heard: no packets, or under -60 dBov, which is the hiss of µ-law and no voice. */
export function isSilence(heard: Int16Array): boolean {
  return heard.length === 0 || linearLevel(heard) < -60
}

/** Asks again until the answer is yes. @throws Error naming what never came, after a minute unless told */
export async function eventually(
  what: string,
  check: () => boolean | Promise<boolean>,
  withinMs = 60_000,
): Promise<void> {
  const until = performance.now() + withinMs
  while (!(await check())) {
    if (performance.now() > until) throw new Error(`never came: ${what}`)
    await wait(50)
  }
}
