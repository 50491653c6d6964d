/**
 * Renders the standard prompts (`apps/gateway/prompts`) and the speech that tests play (`packages/testkit/speech`)
 * from their texts: `node tools/render-prompts.ts`. Needs `espeak-ng` and `sox`; the results are committed.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeWav } from '@ringdown/testkit'
import { synthesize } from './speech-synthesis.ts'

type PromptTexts = Record<string, { voice: string; clips: Record<string, string> }>
type SpeechTexts = Record<string, { voice: string; text: string }>

const root = join(import.meta.dirname, '..')
const RATE = 8000
const PROMPT_LEVEL = -19

function readJson<Value>(...path: string[]): Value {
  return JSON.parse(readFileSync(join(root, ...path), 'utf8'))
}

function save(samples: Int16Array, encoding: 'pcm16' | 'mu-law', ...path: string[]): void {
  const file = join(root, ...path)
  mkdirSync(join(file, '..'), { recursive: true })
  writeFileSync(file, writeWav({ sampleRate: RATE, samples }, encoding))
  process.stdout.write(`${path.join('/')} ${(samples.length / RATE).toFixed(1)} s\n`)
}

for (const [language, { voice, clips }] of Object.entries(
  readJson<PromptTexts>('apps/gateway/prompts/texts.json'),
)) {
  for (const [name, text] of Object.entries(clips)) {
    const samples = synthesize({ text, voice, speed: 145, level: PROMPT_LEVEL })
    save(samples, 'mu-law', 'apps/gateway/prompts', language, `${name}.wav`)
  }
}
for (const [name, { voice, text }] of Object.entries(
  readJson<SpeechTexts>('packages/testkit/speech/texts.json'),
)) {
  save(
    synthesize({ text, voice, speed: 165, level: PROMPT_LEVEL }),
    'pcm16',
    'packages/testkit/speech',
    `${name}.wav`,
  )
}
