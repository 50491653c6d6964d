import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../database/create-test-database.ts'
import { readLinkedTrunks } from './trunk-links.repository.ts'

let world: TestDatabase

beforeAll(async () => {
  world = await createTestDatabase()
  await world.database.engine.query(
    `insert into carriers.trunks (id, organization, name, enabled, settings, sealed_password) values
       ('one', 'org', 'One', true, $1, '\\x0102'), ('off', 'org', 'Off', false, '{}', null),
       ('two', 'other', 'Two', true, '{}', null), ('broken', 'org', 'Broken', true, '{"hosts": 7}', null)`,
    [JSON.stringify({ hosts: [{ host: 'sip.example.net', port: null, transport: null }], healthCheckS: 30 })],
  )
}, 60_000)
afterAll(() => world.end(), 60_000)

test('the trunks that are switched on and can be read, of every organization, with their sealed passwords', async () => {
  const trunks = await readLinkedTrunks(world.database.engine)
  expect(trunks.map(({ id }) => id)).toEqual(['one', 'two'])
  expect(trunks[0]).toMatchObject({
    settings: { hosts: [{ host: 'sip.example.net' }], healthCheckS: 30, registration: null },
    sealedPassword: Buffer.of(1, 2),
  })
  expect(trunks[1]?.sealedPassword).toBeNull()
})

test('no other role reads them', async () => {
  await expect(world.database.asOrganization('org', sql => readLinkedTrunks(sql))).rejects.toMatchObject({
    sqlState: '42501',
  })
})
