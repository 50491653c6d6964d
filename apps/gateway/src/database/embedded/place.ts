import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import {
  chmod,
  chown,
  cp,
  lstat,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { EmbeddedPostgresError } from './embedded.errors.ts'
import type { Identity } from './identity.ts'
import { fileOwner, succeeds } from './identity.ts'
import { rethrowUnless } from './passwords.ts'

/** Where the cluster, the copied programs and the socket of one data folder lie. */
export type Place = { cluster: string; copies: string; sockets: string }

/** sun_path holds 108 bytes, the last of them zero (unix(7)); PostgreSQL adds its own name to the folder. */
const longestSocketPath = 107
const socketName = '/.s.PGSQL.5432.lock'

const keyOf = (dataDir: string) => createHash('sha256').update(dataDir).digest('hex').slice(0, 12)

const noteIn = (dataDir: string) => join(dataDir, 'postgres-location')

/** Where the cluster was put by an earlier start, or will be put by the first. */
export const clusterOf = async (dataDir: string) => clusterIn(await homeOf(dataDir))

const clusterIn = (home: string) => join(home, 'postgres')

async function homeOf(dataDir: string): Promise<string> {
  const noted = await readFile(noteIn(dataDir), 'utf8').catch(rethrowUnless('ENOENT'))
  return noted?.trim() ?? dataDir
}

/**
 * `<data>/postgres`, unless PostgreSQL's user cannot reach it (a data folder in root's home where user namespaces are
 * forbidden): then `/var/lib/ringdown/<key>`, written down in the data folder so that every later start finds it.
 */
export async function choosePlace(order: {
  dataDir: string
  identity: Identity
  log: (line: string) => void
}): Promise<Place> {
  const { dataDir, identity } = order
  // A data folder of our own making is passable for nobody, so that everything stays in it.
  await makeFolders(dataDir, identity.type === 'nobody' ? 0o711 : 0o700)
  const home = await homeOf(dataDir)
  const reachable = await succeeds(identity, 'test', ['-x', home])
  const chosen = reachable ? home : join('/var/lib/ringdown', keyOf(dataDir))
  if (chosen !== home) await moveHome({ dataDir, from: home, to: chosen, log: order.log })
  const cluster = clusterIn(chosen)
  await giveTo(identity, cluster)
  return { cluster, copies: chosen, sockets: await socketFolder({ cluster, identity }) }
}

/** Gives every folder that is missing on the way this mode, whatever the umask. */
async function makeFolders(path: string, mode: number): Promise<void> {
  const first = await mkdir(path, { recursive: true })
  if (first === undefined) return
  for (let at = path; at.length >= first.length; at = dirname(at)) await chmod(at, mode)
}

async function moveHome(order: { dataDir: string; from: string; to: string; log: (line: string) => void }) {
  const { dataDir, from, to } = order
  order.log(`PostgreSQL's user cannot reach ${from}: the database lies in ${to}`)
  await makeFolders(to, 0o711)
  const before = clusterIn(from)
  if (existsSync(before)) {
    const draft = join(to, 'postgres.moving')
    await rm(draft, { recursive: true, force: true })
    await cp(before, draft, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true })
    await rename(draft, clusterIn(to))
  }
  await writeFile(noteIn(dataDir), `${to}\n`, { flush: true })
  await rm(before, { recursive: true, force: true })
}

/** After a change of identity the cluster's files belong to the wrong user. */
async function giveTo(identity: Identity, cluster: string): Promise<void> {
  const owner = fileOwner(identity)
  if (!owner || !existsSync(cluster) || (await stat(cluster)).uid === owner.uid) return
  await chownAll(cluster, owner)
}

async function chownAll(folder: string, owner: { uid: number; gid: number }): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) await chownAll(path, owner)
    else if (entry.isFile()) await chown(path, owner.uid, owner.gid)
  }
  await chown(folder, owner.uid, owner.gid)
}

async function socketFolder(order: { cluster: string; identity: Identity }): Promise<string> {
  const owner = fileOwner(order.identity) ?? { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 }
  const name = `ringdown-${keyOf(order.cluster)}-${owner.uid}`
  const parents = new Set([tmpdir(), '/tmp', '/var/tmp', dirname(order.cluster)])
  for (const parent of parents) {
    const folder = join(parent, name)
    if (Buffer.byteLength(folder + socketName) > longestSocketPath) continue
    if (!(await succeeds(order.identity, 'test', ['-x', parent]))) continue
    if (await ownFolder(folder, owner)) return folder
  }
  throw new EmbeddedPostgresError(
    'postgres.start',
    `No folder for PostgreSQL's socket: give TMPDIR a short path that this user may write (tried ${[...parents].join(', ')})`,
  )
}

/** Makes the folder, 0700. One that somebody else made, or that is a link, is not ours to use. */
async function ownFolder(folder: string, owner: { uid: number; gid: number }): Promise<boolean> {
  try {
    await mkdir(folder, { mode: 0o700 })
    if (owner.uid !== process.getuid?.()) await chown(folder, owner.uid, owner.gid)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') return false
  }
  const found = await lstat(folder)
  return found.isDirectory() && found.uid === owner.uid && (found.mode & 0o077) === 0
}
