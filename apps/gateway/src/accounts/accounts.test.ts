import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../database/create-test-database.ts'
import { demo, demoPeople, seedDemo } from '../demo/index.ts'
import { type Accounts, clientAddressHeader, createAccounts } from './index.ts'

const publicUrl = 'http://localhost:8080'
const email = 'operator@demo.test'
const password = demo.password

let test: TestDatabase
let accounts: Accounts
const said: string[] = []
beforeAll(async () => {
  test = await createTestDatabase()
  accounts = create({})
  await seed()
}, 60_000)
afterAll(() => test.end(), 60_000)

const sealer = { seal: () => Buffer.from('sealed'), open: () => '' }
const seed = () => seedDemo({ accounts, engine: test.database.engine, sealer })

function create(order: { publicUrl?: string; attemptsPerMinute?: number }): Accounts {
  return createAccounts({
    pool: test.database.authPool,
    publicUrl: order.publicUrl ?? publicUrl,
    secret: Buffer.alloc(32, 3).toString('hex'),
    attemptsPerMinute: order.attemptsPerMinute ?? 1000,
    log: (_, message) => void said.push(message),
  })
}

function post(path: string, body: object, headers: Record<string, string> = {}, base = publicUrl): Request {
  return new Request(`${base}/api/auth${path}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      origin: base,
      [clientAddressHeader]: '192.0.2.1',
      ...headers,
    },
    body: JSON.stringify(body),
  })
}

const cookieOf = (response: Response) =>
  response.headers
    .getSetCookie()
    .map(cookie => cookie.split(';')[0])
    .join('; ')

async function signIn(): Promise<Headers> {
  const response = await accounts.handle(post('/sign-in/email', { email, password }))
  expect(response.status).toBe(200)
  return new Headers({ cookie: cookieOf(response) })
}

describe('signing in', () => {
  it('gives a session of an hour with the person, the organization and the role', async () => {
    const response = await accounts.handle(post('/sign-in/email', { email, password }))
    const cookie = response.headers.getSetCookie().find(text => text.startsWith('ringdown.session_token='))
    expect(cookie).toMatch(/HttpOnly/i)
    expect(cookie).toMatch(/SameSite=Lax/i)
    expect(cookie).toMatch(/Max-Age=3600\b/)
    expect(await accounts.sessionOf(new Headers({ cookie: cookieOf(response) }))).toMatchObject({
      user: { email, name: 'Olivia Brooks' },
      organization: { name: 'Demo Hotline' },
      role: 'operator',
    })
  })

  it('renews a session silently once it is ten minutes old', async () => {
    const headers = await signIn()
    expect((await accounts.sessionOf(headers))?.setCookies).toEqual([])
    await test.database.authPool.query(
      `UPDATE session SET "expiresAt" = now() + interval '49 minutes', "updatedAt" = now() - interval '11 minutes'`,
    )
    const renewed = await accounts.sessionOf(headers)
    expect(renewed?.setCookies.join()).toContain('ringdown.session_token=')
    const { rows } = await test.database.authPool.query(
      `SELECT max("expiresAt") > now() + interval '59 minutes' AS late FROM session`,
    )
    expect(rows).toEqual([{ late: true }])
  })

  it('ends with the session: after an hour, and at sign-out', async () => {
    const late = await signIn()
    await test.database.authPool.query(`UPDATE session SET "expiresAt" = now() - interval '1 second'`)
    expect(await accounts.sessionOf(late)).toBeUndefined()
    const headers = await signIn()
    const out = await accounts.handle(post('/sign-out', {}, { cookie: headers.get('cookie')! }))
    expect(out.status).toBe(200)
    expect(await accounts.sessionOf(headers)).toBeUndefined()
  })

  it.each([
    ['a wrong password', { email, password: 'not-the-password' }],
    ['an unknown address', { email: 'nobody@demo.test', password }],
  ])('refuses %s with the same answer', async (_, body) => {
    const response = await accounts.handle(post('/sign-in/email', body))
    expect(response.status).toBe(401)
    expect(await response.json()).toMatchObject({ code: 'INVALID_EMAIL_OR_PASSWORD' })
  })

  it('refuses a forged cookie and another origin, and lets nobody sign up', async () => {
    expect(await accounts.sessionOf(new Headers({ cookie: 'ringdown.session_token=x.y' }))).toBeUndefined()
    const foreign = post(
      '/sign-in/email',
      { email, password },
      { origin: 'https://evil.test', cookie: 'a=b' },
    )
    expect((await accounts.handle(foreign)).status).toBe(403)
    const signUp = post('/sign-up/email', { email: 'x@demo.test', password: 'long-enough-1', name: 'X' })
    expect((await accounts.handle(signUp)).status).toBe(400)
  })

  it('limits the attempts of one address', async () => {
    const strict = create({ attemptsPerMinute: 3 })
    const attempt = (address: string) =>
      strict.handle(
        post('/sign-in/email', { email, password: 'wrong-password' }, { [clientAddressHeader]: address }),
      )
    const statuses: number[] = []
    for (let count = 0; count < 4; count += 1) statuses.push((await attempt('198.51.100.7')).status)
    expect(statuses).toEqual([401, 401, 401, 429])
    expect((await attempt('198.51.100.8')).status).toBe(401)
  })

  it('uses secure cookies where the public address is https', async () => {
    const base = 'https://calls.example.org'
    const response = await create({ publicUrl: base }).handle(
      post('/sign-in/email', { email, password }, {}, base),
    )
    expect(response.headers.getSetCookie().join()).toMatch(/__Secure-ringdown\.session_token=.*Secure/)
  })

  it('says nothing about addresses or passwords in the log', () => {
    expect(said.join('\n')).not.toMatch(/demo\.test|ringdown-demo|wrong-password/)
  })
})

describe('the demo', () => {
  it('is seeded once, however often it is asked for', async () => {
    const { engine, authPool } = test.database
    const counts = async () => [
      await authPool
        .query(
          'SELECT (SELECT count(*) FROM "user")::int AS users, (SELECT count(*) FROM member)::int AS members, (SELECT count(*) FROM organization)::int AS organizations',
        )
        .then(result => result.rows[0]),
      ...(await engine.query(
        `SELECT (SELECT count(*) FROM numbers.numbers)::int AS numbers, (SELECT count(*) FROM queues.operators)::int AS operators,
           (SELECT count(*) FROM carriers.accounts)::int AS accounts, (SELECT count(*) FROM carriers.trunks)::int AS trunks`,
      )),
    ]
    await seed()
    expect(await counts()).toEqual([
      { users: demoPeople.length, members: demoPeople.length, organizations: 1 },
      { numbers: 1, operators: demoPeople.length, accounts: 1, trunks: 1 },
    ])
  })

  it('knows its people by name', async () => {
    const session = await accounts.sessionOf(await signIn())
    const names = await accounts.namesOf(session!.organization.id)
    expect([...names.values()].sort()).toEqual(demoPeople.map(({ name }) => name).sort())
  })

  it('adds as many operators as it is told, with the same password', async () => {
    await seedDemo({ accounts, engine: test.database.engine, sealer, operators: 2 })
    for (const one of ['operator3@demo.test', 'operator4@demo.test']) {
      const response = await accounts.handle(post('/sign-in/email', { email: one, password }))
      expect(response.status).toBe(200)
    }
  })
})
