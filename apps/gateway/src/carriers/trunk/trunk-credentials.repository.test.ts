import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../database/create-test-database.ts'
import { readTrunkCredentials } from './trunk-credentials.repository.ts'

let world: TestDatabase

beforeAll(async () => {
  world = await createTestDatabase()
  await world.database.engine.query(
    `insert into carriers.trunks (id, organization, name, settings, sealed_password) values
       ('one', 'org', 'One', $1, '\\x0102'), ('no-password', 'org', 'Two', $1, null),
       ('no-user', 'org', 'Three', '{}', '\\x0102')`,
    [JSON.stringify({ credentials: { username: 'account', realm: 'carrier' } })],
  )
}, 60_000)
afterAll(() => world.end(), 60_000)

test('a trunk has a user, a realm and a sealed password, or nothing', async () => {
  const read = (trunk: string) => readTrunkCredentials(world.database.engine, trunk)
  expect(await read('one')).toEqual({
    username: 'account',
    realm: 'carrier',
    sealedPassword: Buffer.of(1, 2),
  })
  for (const trunk of ['no-password', 'no-user', 'unknown']) expect(await read(trunk)).toBeUndefined()
})

test('no other role reads them', async () => {
  const asked = world.database.asOrganization('org', sql => readTrunkCredentials(sql, 'one'))
  await expect(asked).rejects.toMatchObject({ sqlState: '42501' })
})
