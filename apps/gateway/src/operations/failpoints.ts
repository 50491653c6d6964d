import { existsSync, readdirSync, readFileSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { Failpoints } from '../calls/index.ts'

/**
 * Holds calls at named moments, so that a test can kill this process, a worker or the database exactly there. Each file
 * `<name>.hold` in `folder` names one moment and the dialled number it is for (`before append|queued|leg ended|+15550100`; `*`: any);
 * when it is reached, the file becomes `<name>.reached`, and the call goes on when that is gone. Demo mode only: `main.ts`
 * never makes one otherwise.
 */
export function createFileFailpoints(folder: string): Failpoints {
  return {
    pass(moment, state, input, number) {
      const holds = holdsIn(folder)
      if (holds.length === 0) return undefined
      const here = `${moment}|${state}|${input}`
      return holdAt(holds, [`${here}|${number}`, `${here}|*`])
    },
  }
}

const pollMs = 5
const suffix = '.hold'

function holdsIn(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter(name => name.endsWith(suffix))
      .map(name => join(folder, name))
  } catch {
    return []
  }
}

async function holdAt(holds: string[], here: string[]): Promise<void> {
  const hold = holds.find(path => here.includes(readWanted(path)))
  if (!hold) return
  const reached = `${hold.slice(0, -suffix.length)}.reached`
  renameSync(hold, reached)
  while (existsSync(reached)) await wait(pollMs)
}

function readWanted(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch {
    return ''
  }
}
