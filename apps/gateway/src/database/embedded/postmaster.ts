import { readdir, readFile, readlink, realpath, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { rethrowUnless } from './passwords.ts'

/**
 * What runs on a cluster, read from the operating system: PostgreSQL's processes stand in the cluster's folder.
 * Its own `postmaster.pid` is not believed without that, since after a restart of the machine (or the container)
 * the number belongs to somebody else.
 */

export type Postmaster = { pid: number; sockets: string; ready: boolean }

export async function findPostmaster(cluster: string): Promise<Postmaster | undefined> {
  const lines = await pidFile(cluster)
  const pid = Number(lines?.[0])
  if (!lines || !(await standsIn(pid, cluster))) return undefined
  // Line 5 is the socket's folder, line 8 the state that pg_ctl waits for.
  return { pid, sockets: lines[4]?.trim() ?? '', ready: lines[7]?.trim() === 'ready' }
}

async function pidFile(cluster: string): Promise<string[] | undefined> {
  const text = await readFile(join(cluster, 'postmaster.pid'), 'utf8').catch(rethrowUnless('ENOENT'))
  return text?.split('\n')
}

/** True while the process lives (a zombie does not) and its working directory is the cluster. */
async function standsIn(pid: number, cluster: string): Promise<boolean> {
  if (!Number.isInteger(pid) || pid <= 1) return false
  try {
    return (await readlink(`/proc/${pid}/cwd`)) === (await realpath(cluster))
  } catch {
    return false
  }
}

async function processesOn(cluster: string): Promise<number[]> {
  const pids = (await readdir('/proc')).map(Number).filter(pid => Number.isInteger(pid) && pid > 1)
  const found = await Promise.all(pids.map(async pid => ((await standsIn(pid, cluster)) ? pid : undefined)))
  return found.filter(pid => pid !== undefined)
}

/**
 * After a postmaster was killed: ends its orphans, which notice late when they are busy and keep a new server from
 * starting, and removes the lock files that it could not.
 */
export async function clearAwayRemains(order: { cluster: string; sockets: string }): Promise<void> {
  for (const pid of await processesOn(order.cluster)) signal(pid, 'SIGQUIT')
  const gone = await waitUntil(async () => (await processesOn(order.cluster)).length === 0, 5_000)
  if (!gone) for (const pid of await processesOn(order.cluster)) signal(pid, 'SIGKILL')
  await waitUntil(async () => (await processesOn(order.cluster)).length === 0, 5_000)
  await rm(join(order.cluster, 'postmaster.pid'), { force: true })
  await rm(join(order.sockets, '.s.PGSQL.5432.lock'), { force: true })
  await rm(join(order.sockets, '.s.PGSQL.5432'), { force: true })
}

/** Fast shutdown (SIGINT: rolls back, writes everything down); after `patienceMs` the immediate one (SIGQUIT). */
export async function stopPostmaster(order: {
  cluster: string
  pid: number
  patienceMs: number
}): Promise<void> {
  const { cluster, pid } = order
  const ended = async () => !(await standsIn(pid, cluster))
  if (await ended()) return
  signal(pid, 'SIGINT')
  if (await waitUntil(ended, order.patienceMs)) return
  signal(pid, 'SIGQUIT')
  await waitUntil(ended, 5_000)
}

/** Resolves when the process is gone. Looks once in `intervalMs`, since an adopted server is nobody's child. */
export async function postmasterEnd(order: {
  cluster: string
  pid: number
  intervalMs: number
}): Promise<void> {
  while (await standsIn(order.pid, order.cluster)) {
    await delay(order.intervalMs, undefined, { ref: false })
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch (error) {
    rethrowUnless('ESRCH')(error as NodeJS.ErrnoException)
  }
}

export async function waitUntil(condition: () => Promise<boolean>, patienceMs: number): Promise<boolean> {
  const deadline = performance.now() + patienceMs
  for (;;) {
    if (await condition()) return true
    if (performance.now() >= deadline) return false
    await delay(20)
  }
}
