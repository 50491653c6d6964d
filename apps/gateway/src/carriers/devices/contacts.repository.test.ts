import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../database/create-test-database.ts'
import type { Contact, Device } from '../../legs/sip/registrar/registrar.port.ts'
import { createContactsRepository } from './contacts.repository.ts'

const now = 1_800_000_000_000

let world: TestDatabase

const phone: Device = { id: 'one', organization: 'org_a', member: 'ann', username: 'phoneone' }
const contact = (fields: Partial<Contact> = {}): Contact => ({
  uri: 'sip:phoneone@192.0.2.7:5062',
  priority: 0.5,
  callId: 'call-id',
  cseq: 2 ** 31 - 1,
  expiresAt: now + 60_000,
  userAgent: 'Desk 1.0',
  flow: { transport: 'udp', address: '2001:db8::7', port: 5062 },
  ...fields,
})

beforeAll(async () => {
  world = await createTestDatabase()
}, 60_000)
afterAll(() => world.end(), 60_000)

beforeEach(async () => {
  await world.database.engine.query('DELETE FROM carriers.devices')
  await world.database.engine.query(
    `INSERT INTO carriers.devices (id, organization, member, name, username, sealed_password)
     VALUES ('one', 'org_a', 'ann', 'Desk', 'phoneone', 'x'), ('two', 'org_b', 'bob', 'Desk', 'phonetwo', 'x')`,
  )
})

const repository = () => createContactsRepository(world.database.engine)

describe('the contacts of desk phones', () => {
  test('are there for the next control as they were saved', async () => {
    await repository().save({ device: phone, kept: [contact()], removed: [] })
    expect(await repository().read()).toEqual([{ device: phone, contacts: [contact()] }])
  })

  test('are refreshed and taken back', async () => {
    const other = contact({ uri: 'sip:elsewhere@192.0.2.9', userAgent: null })
    await repository().save({ device: phone, kept: [contact(), other], removed: [] })
    const moved = contact({ cseq: 7, flow: { transport: 'tcp', address: '192.0.2.8', port: 40_000 } })
    await repository().save({ device: phone, kept: [moved], removed: [other.uri] })
    expect(await repository().read()).toEqual([{ device: phone, contacts: [moved] }])
  })

  test('are not saved for a telephone that was removed meanwhile', async () => {
    await world.database.engine.query(`DELETE FROM carriers.devices WHERE id = 'one'`)
    expect(await repository().save({ device: phone, kept: [contact()], removed: [] })).toBe(false)
    expect(await repository().read()).toEqual([])
  })

  test('go with their telephone', async () => {
    await repository().save({ device: phone, kept: [contact()], removed: [] })
    await world.database.asOrganization('org_a', sql =>
      sql.query(`DELETE FROM carriers.devices WHERE id = 'one'`),
    )
    expect(await world.database.engine.query('SELECT 1 FROM carriers.contacts')).toEqual([])
  })

  test('are swept away when they have expired, and no moment earlier', async () => {
    const later = contact({ uri: 'sip:later@192.0.2.9', expiresAt: now + 60_001 })
    await repository().save({ device: phone, kept: [contact(), later], removed: [] })
    await repository().sweep(now + 60_000)
    expect((await repository().read())[0]?.contacts.map(({ uri }) => uri)).toEqual([later.uri])
  })

  test('are seen by their own organization alone', async () => {
    await repository().save({ device: phone, kept: [contact()], removed: [] })
    const seen = (organization: string) =>
      world.database.asOrganization(organization, sql => sql.query('SELECT uri FROM carriers.contacts'))
    expect(await seen('org_a')).toHaveLength(1)
    expect(await seen('org_b')).toEqual([])
  })
})
