import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../database/create-test-database.ts'
import { createTrunkDirectory } from './trunk.repository.ts'

let world: TestDatabase
let now = 0
let asked = 0
let isBroken = false
let unreadable: string[] = []

beforeAll(async () => {
  world = await createTestDatabase()
  const { engine } = world.database
  await engine.query(`INSERT INTO queues.queues (id, organization, name) VALUES ('queue', 'org', 'Queue')`)
  await engine.query(
    `INSERT INTO numbers.numbers (id, organization, number, queue, in_service)
     VALUES ('one', 'org', '+15550100', 'queue', true), ('two', 'org', '+15550101', 'queue', false)`,
  )
  await engine.query(
    `INSERT INTO carriers.trunks (id, organization, name, addresses, any_loopback)
     VALUES ('one', 'org', 'Carrier', '{192.0.2.0/24,2001:db8::/32}', false), ('own', 'demo', 'Demo', '{}', true)`,
  )
}, 60_000)
afterAll(() => world.end(), 60_000)

beforeEach(() => {
  asked = 0
  isBroken = false
  unreadable = []
})

/** Reads from the real database, counts how often, and breaks when a test says so. */
const directory = () =>
  createTrunkDirectory(
    {
      query: async (text, values) => {
        asked += 1
        if (isBroken) throw new Error('the database is away')
        return world.database.engine.query(text, values)
      },
    },
    () => now,
    trunk => void unreadable.push(trunk),
  )

describe('the directory of trunks and numbers', () => {
  test.each([
    { address: '192.0.2.9', found: { id: 'one', organization: 'org' } },
    { address: '2001:db8::9', found: { id: 'one', organization: 'org' } },
    { address: '127.0.0.1', found: { id: 'own', organization: 'demo' } },
  ])('knows whose $address is', async ({ address, found }) => {
    expect(await directory().trunkAt(address)).toMatchObject(found)
  })

  test('tells at once whether a trunk is at an address: everybody’s is while nothing was read, and what is old is read meanwhile', async () => {
    const trunks = directory()
    expect(trunks.isTrunk('198.51.100.1')).toBe(true)
    await trunks.trunkAt('192.0.2.9')
    expect([trunks.isTrunk('192.0.2.9'), trunks.isTrunk('198.51.100.1')]).toEqual([true, false])
    expect(asked).toBe(1)
    now += 5_000
    expect(trunks.isTrunk('192.0.2.9')).toBe(true)
    expect(asked).toBe(2)
  })

  test('knows no stranger', async () => {
    expect(await directory().trunkAt('198.51.100.1')).toBeUndefined()
  })

  test('gives the settings with it; what is not stored has its default', async () => {
    const { engine } = world.database
    await engine.query(`UPDATE carriers.trunks SET settings = '{"codecs": ["G722"]}' WHERE id = 'one'`)
    const found = await directory().trunkAt('192.0.2.9')
    await engine.query(`UPDATE carriers.trunks SET settings = '{}' WHERE id = 'one'`)
    expect(found?.settings).toMatchObject({ name: 'Carrier', codecs: ['G722'], encryption: 'none' })
  })

  test('knows no trunk that is switched off or cannot be read, and tells once of the latter', async () => {
    const { engine } = world.database
    await engine.query(
      `INSERT INTO carriers.trunks (id, organization, name, addresses, enabled, settings)
       VALUES ('off', 'org', 'Off', '{203.0.113.1/32}', false, '{}'),
         ('odd', 'org', 'Odd', '{203.0.113.2/32}', true, '{"codecs": "all"}')`,
    )
    const trunks = directory()
    expect(await trunks.trunkAt('203.0.113.1')).toBeUndefined()
    expect(await trunks.trunkAt('203.0.113.2')).toBeUndefined()
    trunks.changed()
    await trunks.trunkAt('203.0.113.2')
    await engine.query(`DELETE FROM carriers.trunks WHERE id IN ('off', 'odd')`)
    expect(unreadable).toEqual(['odd'])
  })

  test('reads again at once after a change, also while it was reading', async () => {
    const trunks = directory()
    await trunks.trunkAt('192.0.2.9')
    trunks.changed()
    const before = trunks.trunkAt('192.0.2.9')
    trunks.changed()
    await Promise.all([before, trunks.trunkAt('192.0.2.9')])
    expect(asked).toBe(3)
    await trunks.trunkAt('192.0.2.9')
    expect(asked).toBe(3)
  })

  test('reads the trunks once for many who ask at once, and again after a while', async () => {
    const trunks = directory()
    await Promise.all(Array.from({ length: 50 }, () => trunks.trunkAt('192.0.2.9')))
    expect(asked).toBe(1)
    now += 4_999
    await trunks.trunkAt('192.0.2.9')
    expect(asked).toBe(1)
    now += 1
    await trunks.trunkAt('192.0.2.9')
    expect(asked).toBe(2)
  })

  test('goes on with the last known trunks while the database is away, and asks it now and then', async () => {
    const trunks = directory()
    await trunks.trunkAt('192.0.2.9')
    isBroken = true
    now += 5_000
    for (let time = 0; time < 3; time++)
      expect(await trunks.trunkAt('192.0.2.9')).toMatchObject({ id: 'one' })
    expect(asked).toBe(2)
    now += 5_000
    await trunks.trunkAt('192.0.2.9')
    expect(asked).toBe(3)
  })

  test('says so when the database was never there, and reads as soon as it is', async () => {
    const trunks = directory()
    isBroken = true
    await expect(trunks.trunkAt('192.0.2.9')).rejects.toThrow('away')
    isBroken = false
    expect(await trunks.trunkAt('192.0.2.9')).toMatchObject({ id: 'one' })
  })

  test('finds a number that is in service', async () => {
    expect(await directory().findNumber('+15550100')).toEqual({
      organization: 'org',
      number: '+15550100',
      queue: 'queue',
    })
  })

  test.each(['+15550101', '+15550199'])('does not find %s: out of service, or nobody’s', async number => {
    expect(await directory().findNumber(number)).toBeUndefined()
  })
})
