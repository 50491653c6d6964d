import pg from 'pg'
import type { RoleName, RoleUrls } from './roles.ts'
import { roleInDatabase, roleNames, roleStatements } from './roles.ts'

/** The server named by DATABASE_URL cannot be used. `message` says what to do; it never holds the URL. */
export class DatabaseServerError extends Error {
  readonly code = 'database.server'
  constructor(message: string) {
    super(message)
    this.name = 'DatabaseServerError'
  }
}

/**
 * Prepares a PostgreSQL server of one's own (DATABASE_URL) and gives the address of every role. The user in the URL
 * becomes the owner; `ringdown_app`, `ringdown_engine` and `ringdown_auth` are made when they are missing, with passwords
 * that every node derives from the master key. Roles belong to the whole server: one Ringdown per server.
 *
 * @param order.passwordOf derives a role's password (`privacy` does, from the master key).
 * @throws {DatabaseServerError}
 */
export async function prepareServer(order: {
  ownerUrl: string
  passwordOf: (role: RoleName) => string
}): Promise<RoleUrls> {
  const url = (role: RoleName) => urlFor({ ...order, role })
  const urls: RoleUrls = { owner: order.ownerUrl, app: url('app'), engine: url('engine'), auth: url('auth') }
  for (const role of roleNames) {
    if (role === 'owner' || (await canSignIn(urls[role]))) continue
    await makeRole({ ownerUrl: order.ownerUrl, role, password: order.passwordOf(role) })
  }
  return urls
}

function urlFor(order: { ownerUrl: string; role: RoleName; passwordOf: (role: RoleName) => string }): string {
  const url = new URL(order.ownerUrl)
  url.username = roleInDatabase(order.role)
  url.password = encodeURIComponent(order.passwordOf(order.role))
  return url.href
}

async function canSignIn(connectionString: string): Promise<boolean> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 5_000 })
  try {
    await client.connect()
    return true
  } catch {
    return false
  } finally {
    await client.end().catch(() => undefined)
  }
}

async function makeRole(order: { ownerUrl: string; role: RoleName; password: string }): Promise<void> {
  const client = new pg.Client({ connectionString: order.ownerUrl, connectionTimeoutMillis: 10_000 })
  const name = roleInDatabase(order.role)
  try {
    await client.connect()
    const { rows } = await client.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [name])
    for (const statement of roleStatements({ ...order, exists: rows.length > 0 }))
      await client.query(statement)
    await client.query(
      `DO $$ BEGIN EXECUTE format('GRANT CONNECT ON DATABASE %I TO ${name}', current_database()); END $$`,
    )
  } catch (error) {
    const reason =
      error instanceof pg.DatabaseError ? error.message : ((error as NodeJS.ErrnoException).code ?? 'error')
    throw new DatabaseServerError(
      `DATABASE_URL: the role ${name} could not be prepared (${reason}). The user in the URL must own the database ` +
        'and have CREATEROLE, and no other Ringdown may use the same server',
    )
  } finally {
    await client.end().catch(() => undefined)
  }
}
