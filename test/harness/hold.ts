import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'

/** One moment at which a call is held. */
export type Hold = { isReached(): boolean; reached(): Promise<void>; release(): void }

const patienceMs = 60_000

/** Asks the gateway whose failpoints are in `folder` to hold a call at a moment: `before append|queued|leg ended|+15550100`. */
export function holdAt(folder: string, moment: string): Hold {
  mkdirSync(folder, { recursive: true })
  const name = join(folder, randomUUID())
  // Renamed into place: nobody reads half of it.
  writeFileSync(name, moment)
  renameSync(name, `${name}.hold`)
  const isReached = () => existsSync(`${name}.reached`)
  return {
    isReached,
    async reached() {
      const until = Date.now() + patienceMs
      while (!isReached()) {
        if (Date.now() > until) throw new Error(`control never came to: ${moment}`)
        await wait(5)
      }
    },
    release() {
      rmSync(`${name}.hold`, { force: true })
      rmSync(`${name}.reached`, { force: true })
    },
  }
}
