import { createHash } from 'node:crypto'
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { elapsed, root, runProgram } from '../run-program.ts'

/** What the console is built from; anything else cannot change the result. */
const sources = [
  'apps/console/{src,public}/**/*',
  'apps/console/*.{json,ts,html}',
  'packages/{contract,media}/src/**/*.ts',
  'package-lock.json',
]
const stamp = join(root, 'node_modules/.ringdown-console')
const page = join(root, 'apps/console/dist/index.html')

/** Builds the console unless the last build was from the same sources. Throws with the builder's own words. */
export async function buildConsole(say: (line: string) => void): Promise<void> {
  const wanted = hashOfSources()
  if (existsSync(page) && existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  say('Building the console …')
  const startedAt = performance.now()
  const built = await runProgram({ command: 'vite', args: ['build'], cwd: join(root, 'apps/console') })
  if (built.code !== 0) throw new Error(`The console could not be built:\n${built.stderr || built.stdout}`)
  writeFileSync(stamp, wanted)
  say(`Console built in ${elapsed(startedAt)}.`)
}

function hashOfSources(): string {
  const hash = createHash('sha256')
  for (const entry of globSync(sources, { cwd: root, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath, entry.name)
    hash.update(path).update('\0').update(readFileSync(path)).update('\0')
  }
  return hash.digest('hex')
}
