import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from './create-test-database.ts'

let test: TestDatabase
beforeAll(async () => {
  test = await createTestDatabase()
  for (const organization of ['org_a', 'org_b']) await seed(organization)
}, 60_000)
afterAll(() => test.end(), 60_000)

const refused = (sqlState: string) => expect.objectContaining({ code: 'database.refused', sqlState })
const noPrivilege = refused('42501')

async function seed(organization: string): Promise<void> {
  const { engine } = test.database
  const id = (kind: string) => `${kind}_${organization}`
  const number = organization === 'org_a' ? '+15550101' : '+15550102'
  const statements: [string, unknown[]][] = [
    ['INSERT INTO queues.queues (id, organization, name) VALUES ($1, $2, $1)', [id('queue'), organization]],
    ['INSERT INTO queues.operators (operator, organization) VALUES ($1, $2)', [id('operator'), organization]],
    [
      'INSERT INTO numbers.numbers (id, organization, number, queue) VALUES ($1, $2, $3, $4)',
      [id('number'), organization, number, id('queue')],
    ],
    [
      `INSERT INTO carriers.accounts (id, organization, carrier, account_sid, sealed_token) VALUES ($1, $2, 'twilio', $1, 'x')`,
      [id('account'), organization],
    ],
    ['INSERT INTO carriers.trunks (id, organization, name) VALUES ($1, $2, $1)', [id('trunk'), organization]],
    [
      `INSERT INTO carriers.devices (id, organization, member, name, username, sealed_password) VALUES ($1, $2, 'm', 'Desk', $1, 'x')`,
      [id('device'), organization],
    ],
    [
      `INSERT INTO carriers.contacts (device, organization, uri, transport, source_address, source_port, call_id, cseq, expires_at)
       VALUES ($1, $2, 'sip:desk@192.0.2.1', 'udp', '192.0.2.1', 5060, 'c', 1, now())`,
      [id('device'), organization],
    ],
    [
      `INSERT INTO calls.calls (id, organization, caller, status, arrived_at) VALUES ($1, $2, 'c', 'queued', now())`,
      [id('call'), organization],
    ],
    [
      `INSERT INTO calls.entries (call, sequence, organization, at, version, input, state) VALUES ($1, 1, $2, now(), 1, '{}', '{}')`,
      [id('call'), organization],
    ],
    [
      `INSERT INTO calls.legs (leg, call, organization, kind, sealed) VALUES ($1, $2, $3, 'sip', 'x')`,
      [id('leg'), id('call'), organization],
    ],
    [
      `INSERT INTO calls.records (call, organization, kind, direction, caller, arrived_at, ended_at, result, reason)
       VALUES ($1, $2, 'hybrid', 'inbound', 'c', now(), now(), 'completed', 'hung-up-by-caller')`,
      [id('call'), organization],
    ],
    [
      `INSERT INTO calls.participants (call, organization, party, role, joined_at, left_at) VALUES ($1, $2, 'c', 'caller', now(), now())`,
      [id('call'), organization],
    ],
    [
      'INSERT INTO privacy.callers (id, organization, mask) VALUES ($1, $2, $1)',
      [id('caller'), organization],
    ],
    [`INSERT INTO privacy.audit_log (organization, act) VALUES ($1, 'test')`, [organization]],
  ]
  for (const [text, values] of statements) await engine.query(text, values)
}

async function asOwner<Row extends object>(text: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: test.server.urls.owner })
  await client.connect()
  try {
    return (await client.query<Row>(text)).rows
  } finally {
    await client.end()
  }
}

type Table = { name: string; enabled: boolean; forced: boolean; tenant: boolean; columns: string[] }

/** Every table outside sign-in and bookkeeping, from the catalogue: a new one is tested without being named here. */
const tenantTables = () =>
  asOwner<Table>(`
    SELECT c.oid::regclass::text AS name, c.relrowsecurity AS enabled, c.relforcerowsecurity AS forced,
      EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND p.polroles = ARRAY['ringdown_app'::regrole::oid]
        AND pg_get_expr(p.polqual, c.oid) = '(organization = current_setting(''ringdown.organization''::text, true))'
        AND pg_get_expr(p.polwithcheck, c.oid) = pg_get_expr(p.polqual, c.oid))
      AND (SELECT count(*) FROM pg_policy p WHERE p.polrelid = c.oid
        AND p.polroles && ARRAY['ringdown_app'::regrole::oid, 0::oid]) = 1 AS tenant,
      ARRAY(SELECT attname::text FROM pg_attribute a WHERE a.attrelid = c.oid AND attnum > 0 AND NOT attisdropped
        AND has_column_privilege('ringdown_app', c.oid, attnum, 'SELECT')) AS columns
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p') AND n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'auth', 'ringdown')
    ORDER BY 1`)

describe('row-level security', () => {
  it('is enabled and forced on every tenant table, with exactly the tenant policy for app', async () => {
    const tables = await tenantTables()
    expect(tables.length).toBeGreaterThanOrEqual(14)
    for (const { name, enabled, forced, tenant } of tables) {
      expect({ name, enabled, forced, tenant }).toEqual({ name, enabled: true, forced: true, tenant: true })
    }
  })

  it('shows app its own organization only, in every table it may read', async () => {
    const readable = (await tenantTables()).filter(({ columns }) => columns.includes('organization'))
    expect(readable.length).toBeGreaterThanOrEqual(10)
    for (const { name } of readable) {
      const seen = await test.database.asOrganization('org_a', queries =>
        queries.query<{ organization: string }>(`SELECT DISTINCT organization FROM ${name}`),
      )
      expect({ name, seen }).toEqual({ name, seen: seen.length > 0 ? [{ organization: 'org_a' }] : [] })
      const all = await test.database.engine.query(`SELECT DISTINCT organization FROM ${name}`)
      expect(all.length === 2 ? seen.length : 1, name).toBe(1)
    }
  })

  it('lets app neither write into nor change another organization', async () => {
    const { asOrganization, engine } = test.database
    const insert = `INSERT INTO queues.queues (id, organization, name) VALUES ('q', 'org_b', 'q')`
    await expect(asOrganization('org_a', queries => queries.query(insert))).rejects.toEqual(noPrivilege)
    const changed = await asOrganization('org_a', queries =>
      queries.query(`UPDATE queues.queues SET name = 'stolen' WHERE organization = 'org_b' RETURNING id`),
    )
    expect(changed).toEqual([])
    const move = `UPDATE queues.queues SET organization = 'org_b'`
    await expect(asOrganization('org_a', queries => queries.query(move))).rejects.toEqual(noPrivilege)
    expect(await engine.query(`SELECT id FROM queues.queues WHERE name = 'stolen'`)).toEqual([])
  })

  it('shows app nothing at all without an organization, and forgets it with the transaction', async () => {
    const client = new pg.Client({ connectionString: test.server.urls.app })
    await client.connect()
    const count = async () => (await client.query('SELECT count(*)::int AS n FROM queues.queues')).rows[0].n
    expect(await count()).toBe(0)
    await client.query(`BEGIN; SELECT set_config('ringdown.organization', 'org_a', true)`)
    expect(await count()).toBe(1)
    await client.query('COMMIT')
    expect(await count()).toBe(0)
    await client.end()
  })
})

describe('the roles', () => {
  it.each([
    'SELECT sealed_number FROM privacy.callers',
    'SELECT blind_index FROM privacy.callers',
    'SELECT sealed_token FROM carriers.accounts',
    'SELECT sealed_password FROM carriers.trunks',
    'UPDATE carriers.trunks SET sealed_password = NULL RETURNING sealed_password',
    'SELECT sealed_password FROM carriers.devices',
    `UPDATE carriers.trunks SET organization = 'org_b'`,
    'UPDATE carriers.trunks SET any_loopback = true',
    `UPDATE carriers.contacts SET uri = 'sip:elsewhere@192.0.2.9'`,
    'SELECT sealed FROM calls.legs',
    'SELECT state FROM calls.entries',
    'SELECT email FROM auth."user"',
    `UPDATE queues.operators SET status = 'available'`,
    'DELETE FROM privacy.audit_log',
    `UPDATE privacy.audit_log SET act = 'x'`,
    'DELETE FROM calls.records',
    'CREATE TABLE public.mine ()',
    'SELECT * FROM ringdown.schema_migrations',
    'ALTER TABLE queues.queues DISABLE ROW LEVEL SECURITY',
  ])('app may not: %s', async statement => {
    const run = test.database.asOrganization('org_a', queries => queries.query(statement))
    await expect(run).rejects.toEqual(noPrivilege)
  })

  it.each([
    'SELECT password FROM auth.account',
    `UPDATE privacy.audit_log SET act = 'x'`,
    'DELETE FROM privacy.audit_log',
    `UPDATE calls.entries SET state = '{}'`,
    'CREATE SCHEMA mine',
  ])('engine may not: %s', async statement => {
    await expect(test.database.engine.query(statement)).rejects.toEqual(noPrivilege)
  })

  it.each(['SELECT id FROM calls.calls', 'SELECT id FROM privacy.callers', 'SELECT id FROM numbers.numbers'])(
    'auth may not: %s',
    async statement => {
      await expect(test.database.authPool.query(statement)).rejects.toThrow('permission denied')
    },
  )

  it('hold no power over the server, and nobody may log in as the superuser', async () => {
    const roles = await asOwner(`
      SELECT rolname FROM pg_roles WHERE rolname ~ '^ringdown_' AND (rolsuper OR rolcreatedb OR rolcreaterole OR rolbypassrls)`)
    expect(roles).toEqual([])
    const url = new URL(test.server.urls.owner)
    url.username = 'postgres'
    const client = new pg.Client({ connectionString: url.href })
    await expect(client.connect()).rejects.toThrow(/no pg_hba.conf entry/)
  })
})
