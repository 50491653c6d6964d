import { readFileSync } from 'node:fs'

/** A process as more than its number: numbers are used again, start times are not. */
export type ProcessIdentity = { pid: number; startedAt: string }

/** Identity of a running process; undefined when there is none, or only its unreaped remains. */
export function identify(pid: number): ProcessIdentity | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // proc_pid_stat(5): the name in parentheses may hold anything; the state follows it, the start time is field 22.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const startedAt = fields[19]
    return fields[0] === 'Z' || startedAt === undefined ? undefined : { pid, startedAt }
  } catch {
    return undefined
  }
}

export function isAlive(identity: ProcessIdentity): boolean {
  return identify(identity.pid)?.startedAt === identity.startedAt
}

/** Sends a signal unless the process is gone, or another one has its number now. */
export function signal(identity: ProcessIdentity, name: NodeJS.Signals): void {
  if (!isAlive(identity)) return
  try {
    process.kill(identity.pid, name)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/** Resolves to true once the process is gone, to false when it still runs after `within` ms; looks every `every` ms. */
export async function waitUntilGone(
  identity: ProcessIdentity,
  { within, every = 50 }: { within: number; every?: number },
): Promise<boolean> {
  const end = performance.now() + within
  while (isAlive(identity)) {
    if (performance.now() >= end) return false
    await new Promise(resolve => setTimeout(resolve, every))
  }
  return true
}
