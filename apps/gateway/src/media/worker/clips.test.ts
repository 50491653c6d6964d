import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { clipLength } from '@ringdown/media'
import { expect, it } from 'vitest'
import { loadClips } from './clips.ts'
import { createTestPrompts } from './testing/create-test-worker.ts'

it('names clips by language and name, and knows the music', () => {
  const prompts = createTestPrompts()
  const clips = loadClips(prompts)
  rmSync(prompts, { recursive: true })
  expect(clipLength(clips.find('en/short')!)).toBe(800)
  expect(clipLength(clips.music)).toBe(16_000)
  expect(clips.find('en/other')).toBeUndefined()
  expect(clips.find('../../etc/passwd')).toBeUndefined()
})

it('refuses a folder without music, and names a file that is no WAV', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ringdown-prompts-'))
  expect(() => loadClips(folder)).toThrow('music.wav')
  writeFileSync(join(folder, 'music.wav'), 'not audio')
  expect(() => loadClips(folder)).toThrow(/music\.wav: .*RIFF/)
  rmSync(folder, { recursive: true })
})
