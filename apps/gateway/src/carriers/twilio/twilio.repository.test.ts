import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../database/create-test-database.ts'
import { createTwilioDirectory } from './twilio.repository.ts'

const sid = `AC${'0'.repeat(32)}`
let world: TestDatabase

beforeAll(async () => {
  world = await createTestDatabase()
  const { engine } = world.database
  await engine.query(`INSERT INTO queues.queues (id, organization, name) VALUES ('queue', 'org', 'Queue')`)
  await engine.query(
    `INSERT INTO numbers.numbers (id, organization, number, queue, in_service)
     VALUES ('one', 'org', '+15550100', 'queue', true), ('two', 'org', '+15550101', 'queue', false)`,
  )
  await engine.query(
    `INSERT INTO carriers.accounts (id, organization, carrier, account_sid, sealed_token)
     VALUES ('account', 'org', 'twilio', $1, '\\x0102'), ('other', 'org', 'telnyx', 'not-twilio', '\\x03')`,
    [sid],
  )
}, 60_000)
afterAll(() => world.end(), 60_000)

describe("the directory of Twilio's accounts and our numbers", () => {
  const directory = () => createTwilioDirectory(world.database.engine)
  const account = { id: 'account', organization: 'org', accountSid: sid, sealedToken: Buffer.of(1, 2) }

  test('finds an account with its token still sealed', async () => {
    expect(await directory().accounts.find(sid)).toEqual(account)
  })

  test("lists Twilio's accounts only", async () => {
    expect(await directory().accounts.all()).toEqual([account])
    expect(await directory().accounts.find('not-twilio')).toBeNull()
  })

  test.each([
    { number: '+15550100', route: { organization: 'org', queue: 'queue', inService: true } },
    { number: '+15550101', route: { organization: 'org', queue: 'queue', inService: false } },
  ])('says where calls to $number go', async ({ number, route }) => {
    expect(await directory().numbers.find(number)).toEqual({ number, ...route })
  })

  test('knows no other number', async () => {
    expect(await directory().numbers.find('+15559999')).toBeNull()
  })
})
