import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Clip, clipFromWav, parseWav } from '@ringdown/media'

/** Hz of every clip in memory: what telephones carry. */
const SAMPLE_RATE = 8000
const MUSIC = 'music'

/** Everything that can be played, read once: `<language>/<name>`, and the music. */
export type Clips = {
  find(name: string): Clip | undefined
  music: Clip
}

/**
 * Reads all WAV files below a folder.
 *
 * @throws Error naming the file that cannot be used, or that there is no music: a worker does not start without
 */
export function loadClips(folder: string): Clips {
  const clips = new Map<string, Clip>()
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.wav')) continue
    clips.set(name.slice(0, -'.wav'.length).replaceAll('\\', '/'), readClipFile(join(folder, name)))
  }
  const music = clips.get(MUSIC)
  if (music === undefined) throw new Error(`there is no ${MUSIC}.wav in ${folder}`)
  return { find: name => clips.get(name), music }
}

function readClipFile(path: string): Clip {
  const wav = parseWav(readFileSync(path))
  if (!wav.ok) throw new Error(`${path}: ${wav.error.message}`)
  return clipFromWav(wav.value, SAMPLE_RATE)
}
