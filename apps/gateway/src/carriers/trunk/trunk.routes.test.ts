import { type TrunkChange, trunkDefaults, trunkList, trunkView } from '@ringdown/contract'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../database/create-test-database.ts'
import { createAdministratorGuard, createHttpServer } from '../../http/index.ts'
import { trunkRoutes } from './trunk.routes.ts'
import { createTrunksRepository, newTrunkId } from './trunks.repository.ts'
import { createTrunks } from './trunks.usecases.ts'

const publicUrl = 'https://gateway.test'
const secret = 'a-word-nobody-may-see'

let world: TestDatabase
let server: FastifyInstance
let changes = 0
const failures: unknown[] = []

const person = (role: 'owner' | 'administrator' | 'supervisor' | 'operator', organization = 'org_a') => ({
  user: { id: `${role}_${organization}`, name: role, email: `${role}@a.test` },
  organization: { id: organization, name: organization },
  role,
  setCookies: [],
})
const people = new Map([
  ['owner', person('owner')],
  ['administrator', person('administrator')],
  ['supervisor', person('supervisor')],
  ['operator', person('operator')],
  ['stranger', person('owner', 'org_b')],
])

beforeAll(async () => {
  world = await createTestDatabase()
  server = createHttpServer({ upgrades: [], onError: error => void failures.push(error) })
  const administrator = createAdministratorGuard({
    sessionOf: async headers => people.get(headers.get('cookie') ?? ''),
    publicUrl,
    clientAddressHeader: 'x-client',
  })
  const trunks = createTrunks({
    repository: createTrunksRepository(world.database),
    newId: newTrunkId,
    seal: ({ row, text }) => Buffer.from(`${row} ${[...text].reverse().join('')}`),
    stateOf: () => ({ registrations: [], hosts: [], calls: 3 }),
    changed: () => {
      changes += 1
    },
  })
  await trunkRoutes(server, { trunks, administrator })
}, 60_000)
afterAll(async () => {
  await server.close()
  await world.end()
}, 60_000)

beforeEach(async () => {
  changes = 0
  failures.length = 0
  await world.database.engine.query('DELETE FROM carriers.trunks')
})

type Asked = { as?: string; headers?: Record<string, string>; body?: unknown }

async function ask(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, asked: Asked = {}) {
  const { as = 'owner', headers = {}, body } = asked
  const response = await server.inject({
    method,
    url: `/api/v1/trunks${path}`,
    headers: { host: 'gateway.test', cookie: as, ...headers },
    ...(body === undefined ? {} : { payload: body as object }),
  })
  expect(response.body).not.toContain(secret)
  return { status: response.statusCode, body: response.body === '' ? undefined : response.json() }
}

const carrier: TrunkChange = {
  ...trunkDefaults,
  name: 'Carrier',
  hosts: [{ host: 'sip.example.net', port: 5061, transport: 'tls' }],
  addresses: ['192.0.2.0/24'],
  credentials: { username: 'user', realm: null },
  password: secret,
}

async function add(change: Partial<TrunkChange> = {}) {
  const { status, body } = await ask('POST', '', { body: { ...carrier, ...change } })
  expect(status).toBe(201)
  return trunkView.parse(body)
}

const change = (id: string, body: Partial<TrunkChange>, as?: string) =>
  ask('PUT', `/${id}`, { body: { ...carrier, password: undefined, ...body }, ...(as ? { as } : {}) })

const sealedOf = async (id: string) => {
  const [row] = await world.database.engine.query<{ sealed: Buffer | null }>(
    'SELECT sealed_password AS sealed FROM carriers.trunks WHERE id = $1',
    [id],
  )
  return row?.sealed?.toString()
}

const codeOf = ({ status, body }: { status: number; body: { error: { code: string } } }) => [
  status,
  body.error.code,
]

describe('the trunks of an organization', () => {
  test('are made, listed, read, changed and removed, and whoever works with them hears of it', async () => {
    const made = await add()
    const { password: _, ...settings } = carrier
    expect(made).toMatchObject({ version: 1, settings, hasPassword: true, state: { calls: 3 } })
    expect(trunkList.parse((await ask('GET', '')).body).trunks).toEqual([made])
    expect(await ask('GET', `/${made.id}`)).toEqual({ status: 200, body: made })
    const changed = await change(made.id, { version: 1, enabled: false, codecs: ['PCMA'] })
    expect(changed).toMatchObject({
      status: 200,
      body: { version: 2, settings: { enabled: false, codecs: ['PCMA'] } },
    })
    expect(await ask('DELETE', `/${made.id}`)).toEqual({ status: 204, body: undefined })
    expect((await ask('GET', '')).body).toEqual({ trunks: [] })
    expect(changes).toBe(3)
  })

  test('are listed by name, whatever its case', async () => {
    for (const name of ['beta', 'Alpha', 'Gamma']) await add({ name })
    const { trunks } = trunkList.parse((await ask('GET', '')).body)
    expect(trunks.map(trunk => trunk.settings.name)).toEqual(['Alpha', 'beta', 'Gamma'])
  })

  test('have ranges where a host of one was written', async () => {
    const { settings } = await add({ addresses: ['192.0.2.7/24', '2001:db8::1', '198.51.100.9'] })
    expect(settings.addresses).toEqual(['192.0.2.0/24', '2001:db8::1/128', '198.51.100.9/32'])
  })

  test.each([
    ['GET', undefined],
    ['PUT', { ...carrier, version: 1 }],
    ['DELETE', undefined],
  ] as const)('that are gone answer %s with trunk.unknown', async (method, body) => {
    const answer = await ask(method, '/trunk_gone', { ...(body ? { body } : {}) })
    expect(codeOf(answer)).toEqual([404, 'trunk.unknown'])
    expect(changes).toBe(0)
  })

  test('have each a name of their own', async () => {
    await add()
    expect(codeOf(await ask('POST', '', { body: carrier }))).toEqual([409, 'trunk.name-taken'])
    const other = await add({ name: 'Other' })
    expect(codeOf(await change(other.id, { version: 1 }))).toEqual([409, 'trunk.name-taken'])
  })

  test('are not changed by who has not seen the last change', async () => {
    const { id } = await add()
    await change(id, { version: 1, trustsIdentity: true })
    expect(codeOf(await change(id, { version: 1, trustsIdentity: false }))).toEqual([409, 'trunk.changed'])
    expect((await ask('GET', `/${id}`)).body).toMatchObject({
      version: 2,
      settings: { trustsIdentity: true },
    })
    expect(codeOf(await change(id, {}))).toEqual([400, 'request.malformed'])
  })

  test('are shown switched off when what is stored cannot be read', async () => {
    const { id } = await add()
    await world.database.engine.query(`UPDATE carriers.trunks SET settings = '{"codecs": 1}'`)
    expect((await ask('GET', `/${id}`)).body).toMatchObject({ settings: { name: 'Carrier', enabled: false } })
  })

  test('leave a line in the audit log for every change, without what was changed', async () => {
    const { id } = await add()
    await change(id, { version: 1 })
    await ask('DELETE', `/${id}`, { as: 'administrator' })
    const lines = await world.database.engine.query(
      `SELECT organization, actor, act, details FROM privacy.audit_log WHERE subject = $1 ORDER BY id`,
      [id],
    )
    const by = { organization: 'org_a', details: {} }
    expect(lines).toEqual([
      { ...by, actor: 'owner_org_a', act: 'trunk.made' },
      { ...by, actor: 'owner_org_a', act: 'trunk.changed' },
      { ...by, actor: 'administrator_org_a', act: 'trunk.removed' },
    ])
  })
})

describe('the password of a trunk', () => {
  test('is stored sealed for its row, and stays when none is sent', async () => {
    const { id } = await add()
    const sealed = `${id} ${[...secret].reverse().join('')}`
    expect(await sealedOf(id)).toBe(sealed)
    await change(id, { version: 1, fromUser: 'desk' })
    expect(await sealedOf(id)).toBe(sealed)
    await change(id, { version: 2, password: 'new' })
    expect(await sealedOf(id)).toBe(`${id} wen`)
  })

  test('is forgotten with the user name', async () => {
    const { id } = await add()
    const { body } = await change(id, { version: 1, credentials: null })
    expect(body).toMatchObject({ hasPassword: false })
    expect(await sealedOf(id)).toBeUndefined()
  })

  test('is in no answer and no error, also of what goes wrong', async () => {
    await add()
    for (const body of [carrier, { ...carrier, codecs: [] }, { ...carrier, password: [secret] }])
      expect((await ask('POST', '', { body })).status).toBeGreaterThanOrEqual(400)
    expect(JSON.stringify(failures)).not.toContain(secret)
  })
})

describe('a change that is malformed', () => {
  test.each([
    ['name', { name: ' ' }, 'Give the trunk a name.'],
    ['hosts.0.host', { hosts: [{ host: 'a b', port: null, transport: null }] }, 'Write a host name'],
    ['addresses.1', { addresses: ['192.0.2.1', 'everywhere'] }, ''],
    ['codecs', { codecs: [] }, 'Choose at least one codec.'],
    ['limits.calls', { limits: { calls: 0, callsPerSecond: 1 } }, ''],
    [
      'numbers.callingCode',
      { numbers: { ...carrier.numbers, callingCode: '0049' } },
      'A country calling code',
    ],
    ['callerId', { callerId: '555' }, 'A number in international form'],
    ['encryption', { encryption: 'perhaps' }, ''],
    // Nothing dials a WebSocket (RFC 7118).
    [
      'hosts.0.transport',
      { hosts: [{ host: 'sip.example.net', port: null, transport: 'wss' }] },
      'Choose UDP, TCP or TLS.',
    ],
  ])('is refused with a sentence about %s', async (field, wrong, says) => {
    const { status, body } = await ask('POST', '', { body: { ...carrier, ...wrong } })
    expect([status, body.error.code]).toEqual([400, 'request.malformed'])
    expect(body.error.message).toContain(`The field ${field} is not understood: ${says}`)
    expect(body.error.message).toMatch(/[^.]\.$/)
  })

  test.each([
    ['nothing', undefined],
    ['a list', []],
  ])('is refused when it is %s', async (_, body) => {
    expect(codeOf(await ask('POST', '', { body }))).toEqual([400, 'request.malformed'])
  })
})

describe('who may see and change trunks', () => {
  const everything = [
    ['GET', ''],
    ['GET', '/trunk_1'],
    ['POST', ''],
    ['PUT', '/trunk_1'],
    ['DELETE', '/trunk_1'],
  ] as const

  test.each(everything)('nobody without a session: %s %s', async (method, path) => {
    expect(codeOf(await ask(method, path, { as: 'nobody' }))).toEqual([401, 'session.missing'])
  })

  test.each(everything)('neither supervisors nor operators: %s %s', async (method, path) => {
    for (const as of ['supervisor', 'operator'])
      expect(codeOf(await ask(method, path, { as }))).toEqual([403, 'session.forbidden'])
  })

  test('administrators as owners', async () => {
    expect((await ask('GET', '', { as: 'administrator' })).status).toBe(200)
    expect((await ask('POST', '', { as: 'administrator', body: carrier })).status).toBe(201)
  })

  test('nobody of another organization', async () => {
    const { id } = await add()
    expect((await ask('GET', '', { as: 'stranger' })).body).toEqual({ trunks: [] })
    for (const answer of [
      await ask('GET', `/${id}`, { as: 'stranger' }),
      await change(id, { version: 1 }, 'stranger'),
      await ask('DELETE', `/${id}`, { as: 'stranger' }),
    ])
      expect(codeOf(answer)).toEqual([404, 'trunk.unknown'])
    expect((await ask('POST', '', { as: 'stranger', body: carrier })).status).toBe(201)
    expect((await ask('GET', `/${id}`)).body).toMatchObject({ version: 1 })
  })
})

describe('a page of another site', () => {
  const write = (headers: Record<string, string>) => ask('POST', '', { headers, body: carrier })

  test.each<Record<string, string>>([
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site', origin: publicUrl },
    { origin: 'https://evil.test' },
    { origin: 'null' },
  ])('changes nothing: %o', async headers => {
    expect(codeOf(await write(headers))).toEqual([403, 'session.forbidden'])
  })

  test.each<Record<string, string>>([
    { 'sec-fetch-site': 'same-origin', origin: publicUrl },
    { origin: publicUrl },
    { origin: 'http://gateway.test' },
    {},
  ])('is none of ours: %o', async headers => {
    expect((await write(headers)).status).toBe(201)
  })
})
