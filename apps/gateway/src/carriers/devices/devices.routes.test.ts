import { deviceList, deviceMade, type NewDevice } from '@ringdown/contract'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../database/create-test-database.ts'
import { createHttpServer, createMemberGuard } from '../../http/index.ts'
import type { Contact } from '../../legs/sip/registrar/registrar.port.ts'
import { createDevicesRepository } from './devices.repository.ts'
import { deviceRoutes } from './devices.routes.ts'
import { createDevices } from './devices.usecases.ts'

const publicUrl = 'https://gateway.test'
const password = 'a-word-nobody-may-see'
const contact: Contact = {
  uri: 'sip:desk@192.0.2.7',
  priority: 1,
  callId: 'a',
  cseq: 1,
  expiresAt: 1_800_000_000_000,
  userAgent: 'Desk 1.0',
  flow: { transport: 'tcp', address: '192.0.2.7', port: 5060, connection: 'c' },
}
const server = {
  host: '192.0.2.1',
  port: 5060,
  realm: 'gateway.test',
  transports: [{ transport: 'udp' as const, port: 5060 }],
}

let world: TestDatabase
let http: FastifyInstance
let usernames: string[] = []
const removed: string[] = []
const failures: unknown[] = []
let made = 0

const person = (
  id: string,
  role: 'owner' | 'administrator' | 'supervisor' | 'operator',
  organization = 'a',
) => ({
  user: { id, name: `${id}'s name`, email: `${id}@a.test` },
  organization: { id: `org_${organization}`, name: organization },
  role,
  setCookies: [],
})
const people = new Map(
  [
    person('olga', 'owner'),
    person('adam', 'administrator'),
    person('sara', 'supervisor'),
    person('otto', 'operator'),
    person('eve', 'owner', 'b'),
  ].map(one => [one.user.id, one]),
)

beforeAll(async () => {
  world = await createTestDatabase()
  http = createHttpServer({ upgrades: [], onError: error => void failures.push(error) })
  const member = createMemberGuard({
    sessionOf: async headers => people.get(headers.get('cookie') ?? ''),
    publicUrl,
    clientAddressHeader: 'x-client',
  })
  const devices = createDevices({
    repository: createDevicesRepository(world.database),
    newId: () => `device_${++made}`,
    newUsername: () => usernames.shift() ?? `phone${made}`,
    newPassword: () => password,
    seal: ({ row, text }) => Buffer.from(`${row} ${[...text].reverse().join('')}`),
    namesOf: async organization =>
      new Map(
        [...people.values()]
          .filter(one => one.organization.id === organization)
          .map(({ user }) => [user.id, user.name]),
      ),
    contactsOf: () => [contact],
    removed: device => void removed.push(device),
    server: () => server,
  })
  await deviceRoutes(http, { devices, member })
}, 60_000)
afterAll(async () => {
  await http.close()
  await world.end()
}, 60_000)

beforeEach(async () => {
  usernames = []
  removed.length = 0
  failures.length = 0
  await world.database.engine.query('DELETE FROM carriers.devices')
})

type Asked = { as: string; headers?: Record<string, string>; body?: unknown }

async function ask(method: 'GET' | 'POST' | 'DELETE', path: string, { as, headers = {}, body }: Asked) {
  const response = await http.inject({
    method,
    url: `/api/v1/devices${path}`,
    headers: { host: 'gateway.test', cookie: as, ...headers },
    ...(body === undefined ? {} : { payload: body as object }),
  })
  if (method !== 'POST') expect(response.body).not.toContain(password)
  const json = response.body === '' ? undefined : response.json()
  return { status: response.statusCode, body: json, headers: response.headers }
}

async function add(as: string, order: NewDevice = { name: 'Desk' }) {
  const { status, body } = await ask('POST', '', { as, body: order })
  expect(status).toBe(201)
  return deviceMade.parse(body)
}

const listed = async (as: string) =>
  deviceList.parse((await ask('GET', '', { as })).body).devices.map(({ member }) => member.id)

const refusal = ({ status, body }: { status: number; body: { error: { code: string } } }) => [
  status,
  body.error.code,
]

describe('desk phones', () => {
  test('are made with a password that is shown once, and stored sealed', async () => {
    const answer = await ask('POST', '', { as: 'otto', body: { name: '  Reception ' } })
    expect(answer.headers['cache-control']).toBe('no-store')
    const { device, password: shown } = deviceMade.parse(answer.body)
    expect(shown).toBe(password)
    expect(device).toMatchObject({ name: 'Reception', member: { id: 'otto', name: "otto's name" } })
    const [row] = await world.database.engine.query<{ sealed: Buffer }>(
      'SELECT sealed_password AS sealed FROM carriers.devices WHERE id = $1',
      [device.id],
    )
    expect(row?.sealed.toString()).toBe(`${device.id} ${[...password].reverse().join('')}`)
  })

  test('are listed with where they are registered and what is entered in them', async () => {
    await add('otto')
    const { body } = await ask('GET', '', { as: 'otto' })
    expect(deviceList.parse(body)).toMatchObject({
      devices: [
        {
          name: 'Desk',
          contacts: [{ transport: 'tcp', userAgent: 'Desk 1.0', expiresAt: contact.expiresAt }],
        },
      ],
      server,
    })
  })

  test('are seen by their member, and by owners and administrators of the organization', async () => {
    await add('otto')
    await add('sara')
    await add('eve')
    expect(await listed('otto')).toEqual(['otto'])
    expect(await listed('sara')).toEqual(['sara'])
    expect((await listed('olga')).toSorted()).toEqual(['otto', 'sara'])
    expect((await listed('adam')).toSorted()).toEqual(['otto', 'sara'])
    expect(await listed('eve')).toEqual(['eve'])
  })

  test('tell administrators for whom they can be made, and others that they are for themselves', async () => {
    const members = async (as: string) =>
      deviceList.parse((await ask('GET', '', { as })).body).members.map(({ id }) => id)
    expect(await members('adam')).toEqual(['adam', 'olga', 'otto', 'sara'])
    expect(await members('sara')).toEqual(['sara'])
  })

  test('are made for others by administrators alone, and for members alone', async () => {
    expect((await add('adam', { name: 'Desk', member: 'otto' })).device.member.id).toBe('otto')
    expect((await add('otto', { name: 'Desk', member: 'otto' })).device.member.id).toBe('otto')
    const make = (as: string, member: string) =>
      ask('POST', '', { as, body: { name: 'Desk', member } }).then(refusal)
    expect(await make('sara', 'otto')).toEqual([403, 'session.forbidden'])
    expect(await make('adam', 'eve')).toEqual([400, 'request.malformed'])
  })

  test('are removed by their member and by administrators, and whoever reaches them hears of it', async () => {
    const mine = await add('otto')
    const sara = await add('sara')
    const remove = async (as: string, id: string) => (await ask('DELETE', `/${id}`, { as })).status
    expect(await remove('otto', sara.device.id)).toBe(404)
    expect(await remove('eve', sara.device.id)).toBe(404)
    expect(removed).toEqual([])
    expect(await remove('otto', mine.device.id)).toBe(204)
    expect(await remove('olga', sara.device.id)).toBe(204)
    expect(await remove('olga', sara.device.id)).toBe(404)
    expect(removed).toEqual([mine.device.id, sara.device.id])
  })

  test('leave lines in the audit log, without a password', async () => {
    const { device } = await add('adam', { name: 'Desk', member: 'otto' })
    await ask('DELETE', `/${device.id}`, { as: 'olga' })
    const lines = await world.database.engine.query<{ actor: string; act: string }>(
      'SELECT actor, act FROM privacy.audit_log WHERE subject = $1 ORDER BY id',
      [device.id],
    )
    expect(lines).toEqual([
      { actor: 'adam', act: 'device.made' },
      { actor: 'olga', act: 'device.removed' },
    ])
  })

  test('get another username when theirs is somebody’s', async () => {
    usernames = ['phonetaken', 'phonetaken', 'phonefree']
    await add('eve')
    expect((await add('otto')).device.username).toBe('phonefree')
  })

  test('of one member are not without number', async () => {
    for (let count = 0; count < 20; count++) await add('otto')
    expect(refusal(await ask('POST', '', { as: 'otto', body: { name: 'Desk' } }))).toEqual([
      409,
      'device.too-many',
    ])
  })

  test.each([[{}], [{ name: '  ' }], [{ name: 'x'.repeat(81) }], [[]]])('are not made of %j', async body => {
    expect(refusal(await ask('POST', '', { as: 'otto', body }))).toEqual([400, 'request.malformed'])
  })

  test('are nothing to people who are not signed in, nor to pages of other sites', async () => {
    expect(refusal(await ask('GET', '', { as: 'nobody' }))).toEqual([401, 'session.missing'])
    const headers = { 'sec-fetch-site': 'cross-site' }
    expect(refusal(await ask('POST', '', { as: 'otto', headers, body: { name: 'Desk' } }))).toEqual([
      403,
      'session.forbidden',
    ])
    expect(failures).toEqual([])
  })
})
