import { existsSync, readFileSync, renameSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import type { Failpoints } from '../calls/index.ts'

/**
 * Holds this process at one named moment, so that a test can kill it, a worker or the database exactly there. The file at `path` names
 * the moment (`before append|queued|leg ended`); when it is reached, the file becomes `<path>.reached`, and the process
 * goes on when that is gone. Demo mode only: `main.ts` never makes one otherwise.
 */
export function createFileFailpoints(path: string): Failpoints {
  return {
    pass(moment, state, input) {
      if (!existsSync(path)) return undefined
      return holdIf(path, `${moment}|${state}|${input}`)
    },
  }
}

const pollMs = 5

async function holdIf(path: string, here: string): Promise<void> {
  if (readWanted(path) !== here) return
  const reached = `${path}.reached`
  renameSync(path, reached)
  while (existsSync(reached)) await wait(pollMs)
}

function readWanted(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch {
    return undefined
  }
}
