import { header, headerLines, type SipResponse } from '@ringdown/sip'
import { afterEach, describe, expect, test } from 'vitest'
import { createTestTrunk } from '../doubles.ts'
import { device, realm } from './doubles.ts'
import { createTestDesk } from './test-desk.ts'
import type { DeskPhone } from './test-desk-phone.ts'

type Desk = Awaited<ReturnType<typeof createTestDesk>>

let desk: Desk | undefined

afterEach(async () => {
  await desk?.close()
  desk = undefined
})

async function start(options: Parameters<typeof createTestDesk>[0] = {}) {
  desk = await createTestDesk(options)
  const phone = await desk.openPhone()
  return { desk, phone }
}

const contactLines = (response: SipResponse) => headerLines(response, 'contact')
const reach = (of: Desk) => of.contacts.contactsOf({ organization: 'org-1', member: 'ann' })

/** A response without what is new in each: nonces, tags and what names the request. */
const shape = (response: SipResponse, phone: DeskPhone) =>
  JSON.stringify([
    response.status,
    response.headers
      .filter(({ name }) => !/^(via|from|to|call-id|cseq)$/i.test(name))
      .map(({ name, value }) => `${name}: ${value.replace(/nonce="[^"]*"/, 'nonce')}`),
  ]).replaceAll(String(phone.phone.port), 'port')

describe.each(['udp', 'tcp'] as const)('a desk phone over %s', transport => {
  test('is asked for its password with both hashes, the stronger first (RFC 8760 §2.3), and registers', async () => {
    const { desk, phone } = await start({ transport })
    const challenged = await phone.ask('REGISTER')
    expect(challenged.status).toBe(401)
    const challenges = headerLines(challenged, 'www-authenticate')
    expect(challenges.map(line => /algorithm=([^,]+)/.exec(line)?.[1])).toEqual(['SHA-256', 'MD5'])
    expect(challenges.every(line => line.includes(`realm="${realm}"`) && line.includes('qop="auth"'))).toBe(
      true,
    )
    const registered = await phone.register()
    expect(registered.status).toBe(200)
    expect(contactLines(registered)).toEqual([`<${phone.contact}>;expires=3600`])
    expect(header(registered, 'date')).toMatch(/GMT$/)
    expect(reach(desk)).toMatchObject([{ device: 'device-1', uri: phone.contact, flow: { transport } }])
  })

  test.each(['MD5', 'SHA-256'] as const)('registers with %s', async hash => {
    const { phone } = await start({ transport })
    expect((await phone.register({ hash })).status).toBe(200)
  })

  test('is asked with no other hash than it is told to, for telephones that stumble over one', async () => {
    const { phone } = await start({ transport, hashes: ['MD5'] })
    const challenges = headerLines(await phone.ask('REGISTER'), 'www-authenticate')
    expect(challenges.map(line => /algorithm=([^,]+)/.exec(line)?.[1])).toEqual(['MD5'])
    expect((await phone.register({ hash: 'MD5' })).status).toBe(200)
  })

  test('that gives up on a challenge that it does not know is asked with MD5 alone when it comes again', async () => {
    const { desk, phone } = await start({ transport })
    const hashes = async (method: 'REGISTER' | 'INVITE' = 'REGISTER') =>
      headerLines(await phone.ask(method), 'www-authenticate').map(
        line => /algorithm=([^,]+)/.exec(line)?.[1],
      )
    expect(await hashes()).toEqual(['SHA-256', 'MD5'])
    expect(await hashes()).toEqual(['SHA-256', 'MD5'])
    desk.clock.advance(15_000)
    expect(await hashes()).toEqual(['MD5'])
    expect((await phone.register({ hash: 'MD5' })).status).toBe(200)
    phone.forget()
    expect(await hashes('INVITE')).toEqual(['MD5'])
  })

  test('that answered is asked with both again, and with its own hash when its nonce grew old', async () => {
    const { desk, phone } = await start({ transport })
    await phone.register({ hash: 'MD5' })
    desk.clock.advance(6 * 60_000)
    const stale = await phone.ask('REGISTER')
    expect(headerLines(stale, 'www-authenticate').map(line => line.includes('MD5'))).toEqual([true])
    phone.forget()
    expect(headerLines(await phone.ask('REGISTER'), 'www-authenticate')).toHaveLength(2)
  })

  test('refreshes with the nonce it has, and takes itself back', async () => {
    const { desk, phone } = await start({ transport })
    await phone.register()
    const refreshed = await phone.ask('REGISTER', { headers: [`Contact: <${phone.contact}>;expires=90`] })
    expect(contactLines(refreshed)).toEqual([`<${phone.contact}>;expires=90`])
    const gone = await phone.ask('REGISTER', { headers: ['Contact: *', 'Expires: 0'] })
    expect([gone.status, contactLines(gone)]).toEqual([200, []])
    expect(reach(desk)).toEqual([])
    expect(desk.store.contacts()).toEqual([])
  })
})

test('a telephone in a web page registers over its WebSocket, and is gone with it (RFC 7118 §5)', async () => {
  const { desk } = await start()
  const page = await desk.openWebPhone()
  const registered = await page.register({
    headers: ['Contact: <sip:ann@df7jal23ls0d.invalid;transport=ws>'],
  })
  expect(registered.status).toBe(200)
  expect(reach(desk)).toMatchObject([{ flow: { transport: 'ws', connection: expect.any(String) } }])
  await page.close()
  await expect.poll(() => reach(desk)).toEqual([])
})

describe('a password', () => {
  test('that is wrong and a username that is nobody’s get the same answer (RFC 3261 §22.4)', async () => {
    const { desk, phone } = await start()
    const wrong = await phone.register({ password: 'wrong' })
    const stranger = await desk.openPhone()
    const unknown = await stranger.register({ username: 'phonebob', password: 'wrong' })
    expect(wrong.status).toBe(401)
    expect(shape(unknown, stranger)).toBe(shape(wrong, phone))
    expect(desk.devices.asked).toEqual(['phoneann', 'phonebob'])
    expect(desk.store.contacts()).toEqual([])
  })

  test.each([
    ['qop=auth-int', 'qop auth-int is not supported, auth is'],
    ['qop=auth, userhash=true', 'Hashed usernames are not supported'],
  ])(
    'that is proved in a way that was never offered is refused in words, and counted: %s',
    async (way, words) => {
      const { desk, phone } = await start()
      const credentials = [
        `Digest username="${device.username}", realm="${realm}", nonce="n", uri="sip:${realm}", algorithm=MD5`,
        `${way}, nc=00000001, cnonce="c", response="${'0'.repeat(32)}"`,
      ].join(', ')
      const refused = await phone.ask('REGISTER', { headers: [`Authorization: ${credentials}`] })
      expect([refused.status, refused.reason]).toEqual([400, words])
      expect(header(refused, 'warning')).toBe(`399 ringdown "${words}"`)
      expect(headerLines(refused, 'www-authenticate')).toEqual([])
      expect(desk.counter.of('bad credentials')).toBe(1)
    },
  )

  test('is not looked up for a request that brings none', async () => {
    const { desk, phone } = await start()
    await phone.ask('REGISTER', { headers: [`Contact: <${phone.contact}>`] })
    expect(desk.devices.asked).toEqual([])
  })

  test('is not asked again when the nonce has grown old: that is said (RFC 7616 §3.3)', async () => {
    const { desk, phone } = await start()
    await phone.register()
    desk.clock.advance(5 * 60_000 + 1)
    const late = await phone.ask('REGISTER')
    expect(late.status).toBe(401)
    expect(header(late, 'www-authenticate')).toContain('stale=true')
  })

  test('of a request that is overheard and sent once more is worth nothing', async () => {
    const { phone } = await start()
    await phone.register()
    const overheard = phone.text('REGISTER', 7)
    const first = phone.phone.next(m => m.kind === 'response' && header(m, 'cseq') === '7 REGISTER')
    await phone.phone.send(overheard)
    expect(await first).toMatchObject({ status: 200 })
    const again = phone.phone.next(m => m.kind === 'response' && header(m, 'cseq') === '7 REGISTER')
    await phone.phone.send(overheard.replace('z9hG4bK-', 'z9hG4bK-again-'))
    expect(await again).toMatchObject({ status: 401 })
  })

  test('is looked up once when the network brings a request twice, and answered alike (RFC 3261 §17.2.2)', async () => {
    const { desk, phone } = await start()
    phone.learn(await phone.ask('REGISTER'), 'REGISTER')
    let go = () => {}
    desk.devices.before = () =>
      new Promise(resolve => {
        go = resolve
      })
    const text = phone.text('REGISTER', 5, { headers: [`Contact: <${phone.contact}>`] })
    await phone.phone.send(text)
    await expect.poll(() => desk.devices.asked).toHaveLength(1)
    await phone.phone.send(text)
    const is = (m: { kind: string }) => m.kind === 'response'
    go()
    expect(await phone.phone.next(is)).toMatchObject({ status: 200 })
    await phone.phone.send(text)
    expect(await phone.phone.next(is)).toMatchObject({ status: 200 })
    expect(desk.devices.asked).toHaveLength(1)
  })
})

test('more passwords than are looked up at once have to wait, and nothing is kept of them', async () => {
  const { desk, phone } = await start({ transport: 'tcp' })
  // Strangers do not get as far: the defence lets fifty of their requests through.
  await phone.register()
  let go = () => {}
  const held = new Promise<void>(resolve => {
    go = resolve
  })
  desk.devices.before = () => held
  for (let cseq = 100; cseq < 356; cseq++) await phone.phone.send(phone.text('REGISTER', cseq))
  await expect.poll(() => desk.devices.asked).toHaveLength(1 + 256)
  await phone.phone.send(phone.text('REGISTER', 356))
  const busy = await phone.phone.next(m => m.kind === 'response')
  expect(busy).toMatchObject({ status: 503 })
  go()
})

describe('a registrar (RFC 3261 §10.3)', () => {
  test('lets a telephone register itself and nobody else', async () => {
    const { desk, phone } = await start()
    const refused = await phone.register({ to: 'phonebob' })
    expect(refused.status).toBe(403)
    expect(desk.store.contacts()).toEqual([])
  })

  test.each([
    {
      what: 'an extension it does not have',
      headers: ['Require: outbound'],
      status: 420,
      says: 'unsupported',
    },
    {
      what: 'less than a minute',
      headers: ['Contact: <sip:a@127.0.0.1>;expires=5'],
      status: 423,
      says: 'min-expires',
    },
  ])('refuses $what, and says what it takes', async ({ headers, status, says }) => {
    const { phone } = await start()
    const refused = await phone.register({ headers })
    expect([refused.status, header(refused, says) !== undefined]).toEqual([status, true])
  })

  test('asks for patience while the database is away, and forgets nothing', async () => {
    const { desk, phone } = await start()
    await phone.register()
    desk.store.isAway = true
    const away = await phone.ask('REGISTER', { headers: ['Contact: *', 'Expires: 0'] })
    expect([away.status, header(away, 'retry-after')]).toEqual([503, '5'])
    desk.devices.isAway = true
    expect((await phone.ask('REGISTER')).status).toBe(503)
    expect(reach(desk)).toHaveLength(1)
  })

  test('takes none of a telephone that was removed meanwhile', async () => {
    const { desk, phone } = await start()
    desk.store.isGone = true
    expect((await phone.register()).status).toBe(403)
    expect(reach(desk)).toEqual([])
  })

  test('is there for telephones at a trunk’s address too', async () => {
    const { phone } = await start({ trunk: createTestTrunk() })
    expect((await phone.register()).status).toBe(200)
  })
})

describe('a call of a desk phone', () => {
  test('is asked for its password, and arrives at the queue of its organization under its username', async () => {
    const { desk, phone } = await start()
    await phone.register()
    const challenger = await desk.openPhone()
    expect((await challenger.ask('INVITE')).status).toBe(401)
    phone.learn(await challenger.ask('INVITE'), 'INVITE')
    await phone.phone.send(phone.text('INVITE', 50))
    await expect.poll(() => desk.calls.arrivals).toHaveLength(1)
    expect(desk.calls.arrivals[0]).toMatchObject({
      organization: 'org-1',
      number: '+15550100',
      queue: 'queue-1',
    })
    expect(desk.directory.callers).toEqual([{ organization: 'org-1', number: device.username }])
  })

  test('from where a telephone is registered is no call of the trunk at that address', async () => {
    const { desk, phone } = await start({ trunk: { ...createTestTrunk(), organization: 'org-2' } })
    await phone.register()
    // The nonce of its registration serves for the call, too.
    await phone.phone.send(phone.text('INVITE', 50, { password: 'wrong' }))
    await phone.phone.response(401)
    await phone.phone.send(phone.text('INVITE', 51))
    await expect.poll(() => desk.calls.arrivals[0]?.organization).toBe('org-1')
    const elsewhere = await desk.openPhone()
    expect((await elsewhere.ask('INVITE')).status).toBe(404)
  })

  test.each([
    ['of another organization', '+15550199'],
    ['that nobody has', '+15550177'],
    ['that is a name', 'bob'],
  ])('to a number %s is not found', async (_, number) => {
    const { phone } = await start()
    await phone.register()
    const refused = await phone.authenticated('INVITE', { uri: `sip:${number}@${realm}` })
    expect(refused.status).toBe(404)
  })

  test('from an address where no telephone is registered is a stranger’s', async () => {
    const { phone } = await start()
    expect((await phone.ask('INVITE')).status).toBe(403)
  })

  test('is hung up on where it came from, though its Contact is an address behind NAT', async () => {
    const { desk, phone } = await start()
    await phone.register()
    await phone.phone.send(
      phone.text('INVITE', 50).replace(/^Contact: .*$/m, 'Contact: <sip:desk@192.0.2.77>'),
    )
    await expect.poll(() => desk.calls.arrivals).toHaveLength(1)
    const record = { ...desk.calls.arrivals[0]!.leg, call: 'call-1' }
    const opened = await desk.driver.openMedia({
      leg: record.leg,
      call: record.call,
      endpoint: 'caller:call-1',
      worker: 0,
    })
    if (opened.type !== 'open') throw new Error(opened.type)
    await desk.driver.answer({ leg: record.leg, media: opened.media })
    const answer = await phone.phone.response(200)
    const ack = phone.text('ACK', 50).replace(/^To: .*$/m, `To: ${header(answer, 'to')}`)
    await phone.phone.send(ack.replace('-ACK-', '-ACKNOWLEDGED-'))
    await expect.poll(() => desk.calls.told.map(({ type }) => type)).toContain('answered')
    await desk.driver.hangUp({
      leg: record.leg,
      ending: { result: 'completed', reason: 'hung-up-by-operator' },
    })
    const bye = await phone.phone.request('BYE')
    expect(bye.uri).toBe('sip:desk@192.0.2.77')
  })

  test('is not made by asking what we can do: that is answered', async () => {
    const { phone } = await start()
    await phone.register()
    expect((await phone.ask('OPTIONS')).status).toBe(200)
  })
})
