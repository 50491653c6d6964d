import { existsSync } from 'node:fs'
import { chown, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { RolePasswords } from '../roles.ts'
import { databaseName, roleInDatabase, roleNames, roleStatements } from '../roles.ts'
import { EmbeddedPostgresError } from './embedded.errors.ts'
import type { Identity } from './identity.ts'
import { fileOwner, runAs } from './identity.ts'
import { rethrowUnless } from './passwords.ts'

/** Tuned for a small server: durable first, then small. Written anew at every start. */
const settings = (sockets: string) => `
listen_addresses = ''
unix_socket_directories = '${sockets}'
unix_socket_permissions = 0700
password_encryption = 'scram-sha-256'
max_connections = 120
shared_buffers = '64MB'
work_mem = '4MB'
maintenance_work_mem = '32MB'
max_wal_size = '512MB'
min_wal_size = '64MB'
fsync = on
synchronous_commit = on
full_page_writes = on
random_page_cost = 1.1
jit = off
max_worker_processes = 4
max_parallel_workers_per_gather = 0
timezone = 'UTC'
log_timezone = 'UTC'
log_destination = 'stderr'
logging_collector = off
log_min_messages = 'warning'
log_checkpoints = off
# Statements, parameters and key values can hold what a log must not.
log_statement = 'none'
log_min_error_statement = 'panic'
log_parameter_max_length = 0
log_parameter_max_length_on_error = 0
log_error_verbosity = 'terse'
`

/** Nobody logs in as the superuser, and nobody over a network. */
const hostRules = `local ${databaseName} ${roleNames.map(roleInDatabase).join(',')} scram-sha-256\n`

/** Makes the cluster with the roles and the database, if there is none yet. Complete or not there at all. */
export async function ensureCluster(order: {
  cluster: string
  native: string
  identity: Identity
  passwords: RolePasswords
}): Promise<void> {
  if (existsSync(join(order.cluster, 'PG_VERSION'))) return
  const parent = dirname(order.cluster)
  await removeDrafts(parent, basename(order.cluster))
  const draft = `${order.cluster}.new-${process.pid}`
  await makeFolder(draft, order.identity)
  await initialise({ ...order, draft })
  // Of two first starts at once, the second uses the cluster of the first.
  await rename(draft, order.cluster).catch(rethrowUnless('ENOTEMPTY', 'EEXIST'))
  await rm(draft, { recursive: true, force: true })
}

async function initialise(order: {
  draft: string
  native: string
  identity: Identity
  passwords: RolePasswords
}): Promise<void> {
  const { draft, native, identity } = order
  const locale = ['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C', '--encoding=UTF8']
  const superuser = ['-U', 'postgres', '--auth=reject']
  const made = await runAs(identity, join(native, 'bin/initdb'), [
    '-D',
    draft,
    ...superuser,
    ...locale,
    '--no-instructions',
  ])
  if (!made.ok) throw failed('initdb', made.output)
  // Single-user mode: the superuser acts here, once, without a password, a socket or a server.
  const single = ['--single', '-D', draft, 'postgres']
  const prepared = await runAs(
    identity,
    join(native, 'bin/postgres'),
    single,
    firstStatements(order.passwords),
  )
  // Single-user mode exits with 0 whatever its statements did.
  if (!prepared.ok || /\b(ERROR|FATAL|PANIC):/.test(prepared.output)) {
    throw failed('creating the roles', prepared.output)
  }
}

function firstStatements(passwords: RolePasswords): string {
  const statements = [
    ...roleNames.flatMap(role => roleStatements({ role, password: passwords[role], exists: false })),
    `CREATE DATABASE ${databaseName} OWNER ${roleInDatabase('owner')}`,
    `REVOKE ALL ON DATABASE ${databaseName} FROM PUBLIC`,
    `GRANT CONNECT ON DATABASE ${databaseName} TO ${roleNames.map(roleInDatabase).join(', ')}`,
  ]
  return `${statements.join(';\n')};\n`
}

function failed(step: string, output: string): EmbeddedPostgresError {
  const lines = output.trim().split('\n').slice(-8).join('\n')
  return new EmbeddedPostgresError(
    'postgres.initialise',
    `PostgreSQL could not be set up (${step}):\n${lines}`,
  )
}

/** What starts that were killed left behind; a draft carries the number of the process that works on it. */
async function removeDrafts(parent: string, name: string): Promise<void> {
  for (const entry of await readdir(parent)) {
    const maker = entry.startsWith(`${name}.new-`) ? Number(entry.split('-').at(-1)) : undefined
    const abandoned = maker !== undefined && (maker === process.pid || !existsSync(`/proc/${maker}`))
    if (abandoned) await rm(join(parent, entry), { recursive: true, force: true })
  }
}

async function makeFolder(folder: string, identity: Identity): Promise<void> {
  await mkdir(folder, { mode: 0o700 })
  const owner = fileOwner(identity)
  if (owner) await chown(folder, owner.uid, owner.gid)
}

/** Writes the server's settings, and refuses a cluster of another major version. */
export async function configureCluster(order: {
  cluster: string
  sockets: string
  native: string
  identity: Identity
}): Promise<void> {
  const { cluster, identity } = order
  const version = (await readFile(join(cluster, 'PG_VERSION'), 'utf8')).trim()
  const { output } = await runAs(identity, join(order.native, 'bin/postgres'), ['--version'])
  if (!output.includes(`) ${version}.`)) {
    throw new EmbeddedPostgresError(
      'postgres.start',
      `The database in ${cluster} was made by PostgreSQL ${version}, but ${output.trim()} is installed: ` +
        'dump it with the version that made it and load the dump into a new data folder',
    )
  }
  await writeAs(identity, join(cluster, 'postgresql.conf'), settings(order.sockets))
  await writeAs(identity, join(cluster, 'pg_hba.conf'), hostRules)
}

async function writeAs(identity: Identity, path: string, text: string): Promise<void> {
  await writeFile(path, text, { mode: 0o600 })
  const owner = fileOwner(identity)
  if (owner) await chown(path, owner.uid, owner.gid)
}
