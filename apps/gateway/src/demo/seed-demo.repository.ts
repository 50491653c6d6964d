import type { Accounts } from '../accounts/index.ts'
import type { Queries, RoleDatabase } from '../database/index.ts'
import type { Sealer } from '../privacy/index.ts'
import { demo, demoPeople, furtherOperators } from './demo.rules.ts'

/** Brings the demo's organization into the database. Every start may call it: what is there stays as it is. */
export async function seedDemo(parts: {
  accounts: Accounts
  engine: RoleDatabase
  sealer: Sealer
  /** Operators beyond those of `demoPeople`; none unless told. */
  operators?: number
}): Promise<void> {
  const { accounts, engine, sealer, operators = 0 } = parts
  const organization = await accounts.createOrganization(demo.organization)
  const users: string[] = []
  // Hashed once for all: it is the same public word, and sixty hashes are seconds of a processor.
  const passwordHash = await accounts.hashPassword(demo.password)
  for (const { role, ...person } of [...demoPeople, ...furtherOperators(operators)]) {
    const user = await accounts.createUser({ ...person, passwordHash })
    await accounts.addMember({ organization, user, role })
    users.push(user)
  }
  await engine.transaction(async queries => {
    await seedOperators({ queries, organization, users })
    await seedQueueAndNumber({ queries, organization })
    await seedCarriers({ queries, organization, sealer })
  })
}

async function seedOperators(order: {
  queries: Queries
  organization: string
  users: string[]
}): Promise<void> {
  await order.queries.query(
    `INSERT INTO queues.operators (organization, operator) SELECT $1, unnest($2::text[]) ON CONFLICT DO NOTHING`,
    [order.organization, order.users],
  )
}

async function seedQueueAndNumber(order: { queries: Queries; organization: string }): Promise<void> {
  const { queries, organization } = order
  const { name, greeting, language } = demo.queue
  await queries.query(
    `INSERT INTO queues.queues (id, organization, name, greeting, language) VALUES ('queue_demo', $1, $2, $3, $4)
     ON CONFLICT DO NOTHING`,
    [organization, name, greeting, language],
  )
  await queries.query(
    `INSERT INTO numbers.numbers (id, organization, number, queue, label)
     VALUES ('number_demo', $1, $2, 'queue_demo', 'Demo number') ON CONFLICT DO NOTHING`,
    [organization, demo.number],
  )
}

async function seedCarriers(order: {
  queries: Queries
  organization: string
  sealer: Sealer
}): Promise<void> {
  const { queries, organization } = order
  const id = 'carrier_demo'
  const token = order.sealer.seal({ purpose: 'carrier-token', row: id, text: demo.twilio.token })
  await queries.query(
    `INSERT INTO carriers.accounts (id, organization, carrier, account_sid, sealed_token)
     VALUES ($1, $2, 'twilio', $3, $4) ON CONFLICT DO NOTHING`,
    [id, organization, demo.twilio.sid, token],
  )
  await queries.query(
    `INSERT INTO carriers.trunks (id, organization, name, any_loopback) VALUES ('trunk_demo', $1, $2, true)
     ON CONFLICT DO NOTHING`,
    [organization, demo.trunk],
  )
}
