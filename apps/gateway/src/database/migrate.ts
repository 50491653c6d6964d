import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'

/** The database's shape cannot be brought up to date. `message` says what is wrong and what to do. */
export class MigrationError extends Error {
  readonly code: 'migration.edited' | 'migration.unknown' | 'migration.failed'
  constructor(code: MigrationError['code'], message: string) {
    super(message)
    this.name = 'MigrationError'
    this.code = code
  }
}

type Migration = { name: string; sql: string; checksum: string }

const fileName = /^\d{4}_[a-z0-9_]+\.sql$/
const ownFolder = join(import.meta.dirname, 'migrations')

/** A number of our own for pg_advisory_lock: of several nodes that start at once, one migrates. */
const lockNumber = 7_464_336_113_902

const bookkeeping = `
  CREATE SCHEMA IF NOT EXISTS ringdown;
  CREATE TABLE IF NOT EXISTS ringdown.schema_migrations (
    name text PRIMARY KEY,
    checksum text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now()
  )`

/**
 * Applies every migration that is missing, each in a transaction of its own, in the order of their names.
 *
 * @param order.ownerUrl connection of the role that owns the tables.
 * @returns the names of those applied now.
 * @throws {MigrationError} when an applied file was edited or is missing here, or a statement fails.
 */
export async function migrate(order: { ownerUrl: string; folder?: string }): Promise<string[]> {
  const files = await readMigrations(order.folder ?? ownFolder)
  const client = new pg.Client({ connectionString: order.ownerUrl, application_name: 'ringdown migrate' })
  await client.connect()
  try {
    await client.query('SELECT pg_advisory_lock($1)', [lockNumber])
    await client.query(bookkeeping)
    const missing = missingFrom(files, await appliedMigrations(client))
    for (const migration of missing) await apply(client, migration)
    return missing.map(({ name }) => name)
  } finally {
    // Ends the session, and the lock with it.
    await client.end()
  }
}

async function readMigrations(folder: string): Promise<Migration[]> {
  const names = (await readdir(folder)).filter(name => fileName.test(name)).sort()
  return Promise.all(
    names.map(async name => {
      const sql = await readFile(join(folder, name), 'utf8')
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') }
    }),
  )
}

async function appliedMigrations(client: pg.Client): Promise<Map<string, string>> {
  const { rows } = await client.query<{ name: string; checksum: string }>(
    'SELECT name, checksum FROM ringdown.schema_migrations',
  )
  return new Map(rows.map(row => [row.name, row.checksum]))
}

function missingFrom(files: Migration[], applied: Map<string, string>): Migration[] {
  const known = new Set(files.map(({ name }) => name))
  const foreign = [...applied.keys()].filter(name => !known.has(name))
  if (foreign.length > 0) {
    throw new MigrationError(
      'migration.unknown',
      `The database has migrations that this version of Ringdown does not know (${foreign.join(', ')}): ` +
        'start the version that made them, or a newer one',
    )
  }
  for (const { name, checksum } of files) {
    if (applied.has(name) && applied.get(name) !== checksum) {
      throw new MigrationError(
        'migration.edited',
        `The migration ${name} was edited after it had been applied: restore the file and put the change into a new one`,
      )
    }
  }
  return files.filter(({ name }) => !applied.has(name))
}

async function apply(client: pg.Client, migration: Migration): Promise<void> {
  try {
    await client.query('BEGIN')
    await client.query(migration.sql)
    await client.query('INSERT INTO ringdown.schema_migrations (name, checksum) VALUES ($1, $2)', [
      migration.name,
      migration.checksum,
    ])
    await client.query('COMMIT')
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new MigrationError('migration.failed', `The migration ${migration.name} failed: ${reason}`)
  }
}
