import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto'

/**
 * The four roles (DESIGN §1.5). `owner` runs migrations; `app` serves requests and sees one organization;
 * `engine` routes numbers to organizations, recovers calls and runs jobs; `auth` sees only sign-in.
 */
export const roleNames = ['owner', 'app', 'engine', 'auth'] as const
export type RoleName = (typeof roleNames)[number]

export type RolePasswords = Record<RoleName, string>
export type RoleUrls = Record<RoleName, string>

export const databaseName = 'ringdown'

/** Roles belong to the whole PostgreSQL server, hence the prefix. */
export const roleInDatabase = (role: RoleName) => `ringdown_${role}`

/** Settings that hold for every session of a role, whoever connects. */
const roleSettings: Record<RoleName, readonly string[]> = {
  owner: [],
  app: ["statement_timeout = '10s'", "idle_in_transaction_session_timeout = '15s'"],
  engine: ["statement_timeout = '10s'", "idle_in_transaction_session_timeout = '15s'"],
  auth: ["search_path = 'auth'", "statement_timeout = '10s'", "idle_in_transaction_session_timeout = '15s'"],
}

/** Statements that create the role, or give an existing one its password and settings again. */
export function roleStatements(order: { role: RoleName; password: string; exists: boolean }): string[] {
  const name = roleInDatabase(order.role)
  const verb = order.exists ? 'ALTER' : 'CREATE'
  return [
    `${verb} ROLE ${name} LOGIN PASSWORD '${scramVerifier(order.password)}'`,
    ...roleSettings[order.role].map(setting => `ALTER ROLE ${name} SET ${setting}`),
  ]
}

/**
 * RFC 5803 §3: what PostgreSQL stores for a SCRAM-SHA-256 password. Computed here, so that the password itself
 * never stands in a statement that a server could log.
 */
function scramVerifier(password: string): string {
  const salt = randomBytes(16)
  const iterations = 4096
  const salted = pbkdf2Sync(password, salt, iterations, 32, 'sha256')
  const clientKey = createHmac('sha256', salted).update('Client Key').digest()
  const storedKey = createHash('sha256').update(clientKey).digest('base64')
  const serverKey = createHmac('sha256', salted).update('Server Key').digest('base64')
  return `SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${storedKey}:${serverKey}`
}
