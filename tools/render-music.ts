/**
 * Composes and renders the hold music: `node tools/render-music.ts` writes apps/gateway/prompts/music.wav.
 * The piece and its sounds are this file; it is licensed like the rest of Ringdown. 64 s, joins itself at the end.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeWav } from '@ringdown/testkit'
import { composition } from './hold-music/composition.ts'
import { renderLoop } from './hold-music/synthesizer.ts'

const file = join(import.meta.dirname, '..', 'apps/gateway/prompts/music.wav')
const samples = renderLoop({ notes: composition.notes, seconds: composition.seconds, level: -22 })
writeFileSync(file, writeWav({ sampleRate: 8000, samples }, 'mu-law'))
process.stdout.write(`${file} ${(samples.length / 8000).toFixed(1)} s\n`)
