import { once } from 'node:events'
import { open, readFile, rename, rmdir, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { usableBinaries } from './embedded/binaries.ts'
import { configureCluster, ensureCluster } from './embedded/cluster.ts'
import { EmbeddedPostgresError } from './embedded/embedded.errors.ts'
import type { Identity } from './embedded/identity.ts'
import { chooseIdentity, spawnAs } from './embedded/identity.ts'
import { rolePasswords } from './embedded/passwords.ts'
import { choosePlace, clusterOf } from './embedded/place.ts'
import type { Postmaster } from './embedded/postmaster.ts'
import {
  clearAwayRemains,
  findPostmaster,
  postmasterEnd,
  stopPostmaster,
  waitUntil,
} from './embedded/postmaster.ts'
import type { RoleUrls } from './roles.ts'
import { databaseName, roleInDatabase } from './roles.ts'

export type { Identity } from './embedded/identity.ts'

export type EmbeddedPostgres = {
  urls: RoleUrls
  pid: number
  /** True when a server was still running (its supervisor was killed) and was taken over. */
  adopted: boolean
  /** Resolves when the server is gone, whoever ended it. */
  ended: Promise<void>
  /** Fast shutdown: open transactions are rolled back, everything committed is on disk. Idempotent. */
  stop(): Promise<void>
}

/** Recovery after a crash replays at most `max_wal_size`; a slow disk needs its time for that. */
const startPatienceMs = 120_000
const stopPatienceMs = 30_000
const largestLogBytes = 5_000_000

/**
 * Starts PostgreSQL on `<dataDir>/postgres`, makes it first where there is none, and takes over one that still runs.
 * It listens on a Unix socket only and lives in a session of its own: Ctrl-C does not reach it.
 *
 * @param order.identity as whom it runs; chosen from the machine unless given.
 * @throws {EmbeddedPostgresError} with what to do.
 */
export async function startEmbeddedPostgres(order: {
  dataDir: string
  log: (line: string) => void
  identity?: Identity
}): Promise<EmbeddedPostgres> {
  const dataDir = resolve(order.dataDir)
  const running = await findPostmaster(await clusterOf(dataDir))
  return running ? takeOver({ ...order, dataDir, pid: running.pid }) : startAnew({ ...order, dataDir })
}

async function takeOver(order: {
  dataDir: string
  pid: number
  log: (line: string) => void
}): Promise<EmbeddedPostgres> {
  const { dataDir, pid } = order
  order.log(`PostgreSQL still runs (process ${pid}): taking it over`)
  const cluster = await clusterOf(dataDir)
  const { sockets } = await waitUntilReady({ cluster, logPath: logIn(dataDir) })
  const urls = urlsOver(sockets, await rolePasswords(dataDir))
  return handle({ cluster, sockets, pid, urls, adopted: true })
}

async function startAnew(order: {
  dataDir: string
  identity?: Identity
  log: (line: string) => void
}): Promise<EmbeddedPostgres> {
  const { dataDir, log } = order
  const identity = order.identity ?? (await chooseIdentity())
  const { cluster, copies, sockets } = await choosePlace({ dataDir, identity, log })
  const passwords = await rolePasswords(dataDir)
  const native = await usableBinaries({ identity, copyInto: copies })
  await ensureCluster({ cluster, native, identity, passwords })
  await configureCluster({ cluster, sockets, native, identity })
  await clearAwayRemains({ cluster, sockets })
  const pid = await launch({ cluster, native, identity, logPath: logIn(dataDir) })
  return handle({ cluster, sockets, pid, urls: urlsOver(sockets, passwords), adopted: false })
}

const logIn = (dataDir: string) => join(dataDir, 'postgres.log')

function urlsOver(sockets: string, passwords: RoleUrls): RoleUrls {
  const url = (role: keyof RoleUrls) =>
    `postgresql://${roleInDatabase(role)}:${encodeURIComponent(passwords[role])}@localhost/${databaseName}` +
    `?host=${encodeURIComponent(sockets)}`
  return { owner: url('owner'), app: url('app'), engine: url('engine'), auth: url('auth') }
}

async function launch(order: {
  cluster: string
  native: string
  identity: Identity
  logPath: string
}): Promise<number> {
  const { cluster, identity, logPath } = order
  const size = await stat(logPath).catch(() => undefined)
  if (size && size.size > largestLogBytes) await rename(logPath, `${logPath}.1`)
  // A file and not a pipe: the server outlives whoever started it.
  const log = await open(logPath, 'a', 0o600)
  const child = spawnAs(identity, join(order.native, 'bin/postgres'), ['-D', cluster], {
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
  })
  const spawned = once(child, 'spawn')
  const exited = once(child, 'exit').then(() => 'exited' as const)
  await spawned
  await log.close()
  child.unref()
  await waitUntilReady({ cluster, logPath, exited })
  return child.pid!
}

async function waitUntilReady(order: {
  cluster: string
  logPath: string
  exited?: Promise<'exited'>
}): Promise<Postmaster> {
  const { cluster, logPath } = order
  let exited = false
  void order.exited?.then(() => {
    exited = true
  })
  await waitUntil(async () => exited || (await findPostmaster(cluster))?.ready === true, startPatienceMs)
  const postmaster = await findPostmaster(cluster)
  if (postmaster?.ready) return postmaster
  const lines = (await readFile(logPath, 'utf8').catch(() => '')).trim().split('\n').slice(-8)
  throw new EmbeddedPostgresError('postgres.start', `PostgreSQL did not start:\n${lines.join('\n')}`)
}

function handle(order: {
  cluster: string
  sockets: string
  pid: number
  urls: RoleUrls
  adopted: boolean
}): EmbeddedPostgres {
  const { cluster, pid, urls, adopted } = order
  return {
    urls,
    pid,
    adopted,
    ended: postmasterEnd({ cluster, pid, intervalMs: 200 }),
    async stop() {
      await stopPostmaster({ cluster, pid, patienceMs: stopPatienceMs })
      // Empty after a clean end; otherwise the next start needs it.
      await rmdir(order.sockets).catch(() => undefined)
    },
  }
}
