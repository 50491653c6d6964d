import type { Flow } from '@ringdown/sip'
import { cseqOf, expiresOf, header } from '@ringdown/sip'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createTestDirectory, createTestMedia } from '../../legs/sip/doubles.ts'
import {
  createDigestCrypto,
  createLocator,
  createSipDriver,
  type Locator,
  type SipDriver,
  systemResolver,
} from '../../legs/sip/index.ts'
import { createTestCalls, createTestClock, createTestCounter } from '../../legs/stream/doubles.ts'
import type { Binding } from './bindings.ts'
import { createHostPlaces, createTrunkLinks, type TrunkLinks } from './index.ts'
import { accept, createTestRegistrar, type TestRegistrar } from './test-registrar.ts'
import type { LinkedTrunk, LinkSettings } from './trunk-links.port.ts'

const password = 'correct horse'
/** RFC 3261 §17.1.2.2: Timer F. */
const timerF = 32_000

let clock: ReturnType<typeof createTestClock>
let locator: Locator
let driver: SipDriver
let registrar: TestRegistrar
let other: TestRegistrar
let links: TrunkLinks
let trunks: LinkedTrunk[] | 'away'
let told: string[]
let stored: readonly Binding[]
let locate: ((host: { host: string }) => Promise<Flow[]>) | undefined

beforeEach(async () => {
  clock = createTestClock()
  locator = createLocator({ resolver: systemResolver(), clock })
  told = []
  stored = []
  locate = undefined
  registrar = await createTestRegistrar({ password })
  other = await createTestRegistrar({ password, host: '127.0.0.2' })
  driver = createSipDriver({
    calls: createTestCalls().port,
    media: createTestMedia().port,
    clock,
    counter: createTestCounter(),
    ...createTestDirectory().asks,
    isAway: () => false,
    addressFor: () => '127.0.0.1',
  })
  await driver.listen({ host: '127.0.0.1', port: 0, locator })
  links = createTrunkLinks(needs())
})

afterEach(async () => {
  await driver.close()
  await Promise.all([registrar.close(), other.close()])
})

function needs(): Parameters<typeof createTrunkLinks>[0] {
  const places = createHostPlaces(locator)
  let tokens = 0
  return {
    ...places,
    locate: host => (locate ?? places.locate)(host),
    request: (message, flow) => driver.request(message, flow),
    ownAddress: flow => driver.ownAddress(flow),
    clock,
    random: () => 0,
    newToken: () => `token${tokens++}`,
    crypto: createDigestCrypto(),
    async trunks() {
      if (trunks === 'away') throw new Error('the database is away')
      return trunks
    },
    openPassword({ sealed }) {
      if (sealed.length === 0) throw new Error('unsealable')
      return Buffer.from(sealed).toString()
    },
    store: {
      read: () => stored,
      write: bindings => {
        stored = bindings
      },
    },
    observer: {
      trouble: (what, trunk, reason) => void told.push(`${what} ${trunk}: ${reason}`),
      well: (what, trunk) => void told.push(`${what} ${trunk}`),
    },
  }
}

function trunk(settings: Partial<LinkSettings> = {}, id = 'one'): LinkedTrunk {
  return {
    id,
    sealedPassword: Buffer.from(password),
    settings: {
      hosts: [registrar.host],
      outboundProxy: null,
      registration: { expiresS: 600 },
      credentials: { username: 'alice', realm: null },
      fromUser: null,
      fromDomain: null,
      healthCheckS: null,
      ...settings,
    },
  }
}

const registration = (id = 'one') => links.stateOf(id).registrations[0]
const health = (id = 'one') => links.stateOf(id).hosts[0]
const until = (look: () => void) => vi.waitFor(look, { timeout: 10_000, interval: 5 })
const registered = (id = 'one') => until(() => expect(registration(id)?.state).toBe('registered'))

/** Time passes, and what became due in it is out. */
async function pass(ms: number, wait: () => void): Promise<void> {
  clock.advance(ms)
  await until(wait)
}

async function start(...given: LinkedTrunk[]): Promise<void> {
  trunks = given
  await links.start()
}

describe('registering at a real registrar', () => {
  test.each([
    { hash: 'MD5', as: 'server' },
    { hash: 'SHA-256', as: 'server' },
    { hash: 'SHA-512-256', as: 'server' },
    { hash: 'SHA-256', as: 'proxy' },
  ] as const)('with a password, $hash, asked by a $as (RFC 3261 §22, RFC 8760)', async ({ hash, as }) => {
    registrar.challenges(hash, as)
    await start(trunk())
    await registered()
    expect(registration()).toMatchObject({ until: clock.now() + 600_000, reason: null })
    expect(registrar.received.map(request => cseqOf(request)?.number)).toEqual([1, 2])
    expect(new Set(registrar.received.map(request => header(request, 'call-id'))).size).toBe(1)
  })

  test('the contact is where this gateway listens', async () => {
    await start(trunk())
    await registered()
    const { port } = driver.ownAddress({ transport: 'udp', address: '127.0.0.1', port: 5060 })
    expect(header(registrar.received[0]!, 'contact')).toBe(`<sip:alice@127.0.0.1:${port}>;expires=600`)
  })

  test('it is renewed with the next count of the same nonce (RFC 7616 §3.4)', async () => {
    registrar.challenges('SHA-256')
    await start(trunk())
    await registered()
    const before = registration()!.until!
    await pass(300_000, () => expect(registration()?.until).toBe(before + 300_000))
    expect(registrar.received).toHaveLength(3)
    expect(header(registrar.received[2]!, 'authorization')).toContain('nc=00000002')
    expect(told).toEqual(['registration one'])
  })

  test('a 423 is followed (RFC 3261 §10.2.8)', async () => {
    registrar.says(request =>
      (expiresOf(request) ?? 0) < 1_800
        ? { status: 423, headers: [{ name: 'Min-Expires', value: '1800' }] }
        : accept(request),
    )
    await start(trunk())
    await registered()
    expect(registration()?.until).toBe(clock.now() + 1_800_000)
  })

  test('silence is a failure after Timer F, and is tried again', async () => {
    registrar.says(() => 'silence')
    await start(trunk())
    await until(() => expect(registrar.received).toHaveLength(1))
    await pass(timerF, () => expect(registration()).toMatchObject({ state: 'failed', reason: 'no answer' }))
    registrar.says(accept)
    clock.advance(1_000)
    await registered()
    expect(told).toEqual(['registration one: no answer', 'registration one'])
  })

  test('a wrong password is shown by the status alone, and sent once', async () => {
    registrar.challenges('MD5')
    await start({ ...trunk(), sealedPassword: Buffer.from('wrong') })
    await until(() => expect(registration()).toMatchObject({ state: 'failed', reason: '401 Unauthorized' }))
    expect(registrar.received).toHaveLength(2)
    expect(told.join()).not.toMatch(/wrong|alice/)
  })

  test('a password that does not open is said, and the others go on', async () => {
    registrar.challenges('MD5')
    await start({ ...trunk(), sealedPassword: Buffer.alloc(0) }, trunk({ hosts: [other.host] }, 'two'))
    await registered('two')
    await until(() => expect(registration()?.reason).toBe('401 Unauthorized: no credentials'))
    expect(told).toContain('password one: the password of the trunk does not open')
  })

  test('at several hosts at once, each for itself', async () => {
    registrar.says(() => ({ status: 403 }))
    await start(trunk({ hosts: [registrar.host, other.host] }))
    await until(() =>
      expect(links.stateOf('one').registrations).toMatchObject([
        { host: `127.0.0.1:${registrar.host.port}`, state: 'failed', reason: '403 Forbidden' },
        { host: `127.0.0.2:${other.host.port}`, state: 'registered' },
      ]),
    )
  })

  test.each([
    { what: 'silent', says: () => 'silence' as const, afterMs: timerF },
    { what: 'out of service', says: () => ({ status: 503 }), afterMs: 0 },
  ])(
    'a place of the host that is $what is passed over for the next (RFC 3263 §4.3)',
    async ({ says, afterMs }) => {
      const place = ({ host, port }: TestRegistrar['host']): Flow => ({
        transport: 'udp',
        address: host,
        port,
      })
      locate = async () => [place(registrar.host), place(other.host)]
      registrar.says(says)
      await start(trunk())
      await until(() => expect(registrar.received).toHaveLength(1))
      clock.advance(afterMs)
      await registered()
      expect(links.registrarOf('127.0.0.2')).toBe('one')
      // Who has the binding is asked first from now on.
      const before = registrar.received.length
      await pass(300_000, () => expect(other.received).toHaveLength(2))
      expect(registrar.received).toHaveLength(before)
    },
  )

  test('a host that is not found is a failure', async () => {
    locate = async () => []
    await start(trunk())
    await until(() => expect(registration()).toMatchObject({ state: 'failed', reason: 'not reachable' }))
  })
})

describe('whose registrar an address is', () => {
  test('only that of a host which took our REGISTER, and only while that stands', async () => {
    registrar.challenges('SHA-256')
    await start(trunk())
    expect(links.registrarOf('127.0.0.1')).toBeUndefined()
    await registered()
    expect(links.registrarOf('127.0.0.1')).toBe('one')
    expect(links.registrarOf('127.0.0.2')).toBeUndefined()
    registrar.says(() => 'silence')
    await pass(300_000, () => expect(registrar.received).toHaveLength(3))
    expect(links.registrarOf('127.0.0.1')).toBe('one')
    clock.advance(300_000)
    expect(links.registrarOf('127.0.0.1')).toBeUndefined()
  })

  test('no longer after a refusal', async () => {
    await start(trunk())
    await registered()
    registrar.says(() => ({ status: 403 }))
    await pass(300_000, () => expect(registration()?.state).toBe('failed'))
    expect(links.registrarOf('127.0.0.1')).toBeUndefined()
  })

  test('is known to a control that takes the place of one that was killed, before its own REGISTER is answered', async () => {
    await start(trunk())
    await registered()
    registrar.says(() => 'silence')
    links = createTrunkLinks(needs())
    expect(links.registrarOf('127.0.0.1')).toBe('one')
    await links.start()
    await pass(timerF, () => expect(registration()).toMatchObject({ state: 'failed', reason: 'no answer' }))
    expect(links.registrarOf('127.0.0.1')).toBe('one')
    registrar.says(() => ({ status: 403 }))
    await pass(5_000, () => expect(registration()).toMatchObject({ reason: '403 Forbidden' }))
    expect(links.registrarOf('127.0.0.1')).toBeUndefined()
  })

  test('is forgotten of a trunk that does not register any more when a control starts', async () => {
    await start(trunk())
    await registered()
    links = createTrunkLinks(needs())
    await start(trunk({ registration: null }))
    expect(links.registrarOf('127.0.0.1')).toBeUndefined()
    expect(stored).toEqual([])
  })

  test('never that of a host which only answers OPTIONS', async () => {
    await start(trunk({ registration: null, healthCheckS: 30 }))
    await until(() => expect(health()?.state).toBe('up'))
    expect(links.registrarOf('127.0.0.1')).toBeUndefined()
  })
})

describe('changes', () => {
  test('of what a registration does not depend on disturb nothing', async () => {
    await start(trunk())
    await registered()
    trunks = [trunk()]
    links.changed()
    trunks = [trunk(), trunk({ hosts: [other.host] }, 'two')]
    links.changed()
    await registered('two')
    expect(registrar.received).toHaveLength(1)
  })

  test('a trunk that is gone or switched off is unregistered (RFC 3261 §10.2.2)', async () => {
    await start(trunk())
    await registered()
    trunks = []
    links.changed()
    await until(() => expect(registrar.received.map(expiresOf)).toEqual([600, 0]))
    expect(links.stateOf('one')).toEqual({ registrations: [], hosts: [] })
    expect(links.registrarOf('127.0.0.1')).toBeUndefined()
  })

  test('the old binding is removed before the new one is made', async () => {
    await start(trunk())
    await registered()
    trunks = [trunk({ registration: { expiresS: 900 } })]
    links.changed()
    await until(() => expect(registration()?.until).toBe(clock.now() + 900_000))
    expect(registrar.received.map(expiresOf)).toEqual([600, 0, 900])
  })

  test('that nobody told of are seen after a while', async () => {
    await start()
    trunks = [trunk()]
    clock.advance(30_000)
    await registered()
  })

  test('trunks that cannot be read are read again, and those that are known go on', async () => {
    await start(trunk())
    await registered()
    trunks = 'away'
    links.changed()
    await until(() => expect(told).toContain('reading null: the trunks cannot be read'))
    expect(registration()?.state).toBe('registered')
    trunks = []
    await pass(5_000, () => expect(registrar.received).toHaveLength(2))
  })
})

describe('stopping', () => {
  test('takes every registration back', async () => {
    registrar.challenges('MD5')
    await start(trunk({ hosts: [registrar.host, other.host] }))
    await until(() => expect(links.registrarOf('127.0.0.2')).toBe('one'))
    await registered()
    await links.stop(2_000)
    expect(expiresOf(registrar.received.at(-1)!)).toBe(0)
    expect(expiresOf(other.received.at(-1)!)).toBe(0)
    expect(links.registrarOf('127.0.0.1')).toBeUndefined()
  })

  test('is not kept waiting by a host that says nothing', async () => {
    await start(trunk())
    await registered()
    registrar.says(() => 'silence')
    const stopped = links.stop(2_000)
    await until(() => expect(registrar.received).toHaveLength(2))
    clock.advance(2_000)
    await stopped
    clock.advance(3_600_000)
    links.changed()
    await links.start()
    expect(new Set(registrar.received.map(expiresOf))).toEqual(new Set([600, 0]))
  })
})

describe('health by OPTIONS (RFC 3261 §11)', () => {
  const checked = () => trunk({ registration: null, healthCheckS: 30 })

  test('a host that answers is up, with its round trip', async () => {
    registrar.says(() => ({ status: 404 }))
    await start(checked())
    await until(() =>
      expect(health()).toEqual({
        host: `127.0.0.1:${registrar.host.port}`,
        state: 'up',
        since: clock.now(),
        roundTripMs: 0,
        reason: null,
      }),
    )
    expect(registrar.methods()).toEqual(['OPTIONS'])
    await pass(27_000, () => expect(registrar.received).toHaveLength(2))
  })

  test('two checks without an answer mean down, and the first answer up again', async () => {
    registrar.says(() => ({ status: 503 }))
    await start(checked())
    await until(() => expect(health()).toMatchObject({ state: 'unknown', reason: '503 Service Unavailable' }))
    registrar.says(() => 'silence')
    await pass(27_000, () => expect(registrar.received).toHaveLength(2))
    await pass(timerF, () => expect(health()).toMatchObject({ state: 'down', reason: 'no answer' }))
    registrar.says(accept)
    await pass(27_000, () => expect(health()?.state).toBe('up'))
    expect(told).toEqual(['health one: no answer', 'health one'])
  })

  test('no credentials are sent to a host that asks for some', async () => {
    registrar.challenges('MD5')
    await start(checked())
    await until(() => expect(health()?.state).toBe('up'))
    expect(registrar.received.map(request => header(request, 'authorization'))).toEqual([undefined])
  })
})
