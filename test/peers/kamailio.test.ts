import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import {
  createHostPlaces,
  createTrunkLinks,
  type TrunkLinks,
} from '../../apps/gateway/src/carriers/trunk-links/index.ts'
import { createTestDirectory, createTestMedia } from '../../apps/gateway/src/legs/sip/doubles.ts'
import {
  createDigestCrypto,
  createLocator,
  createSipDriver,
  type SipDriver,
  systemResolver,
} from '../../apps/gateway/src/legs/sip/index.ts'
import { createTestCalls, createTestCounter } from '../../apps/gateway/src/legs/stream/doubles.ts'
import { systemClock } from '../../apps/gateway/src/legs/stream/index.ts'
import { type KamailioRegistrar, startKamailioRegistrar } from '../harness/kamailio.ts'

const account = { realm: 'kamailio.test', username: 'alice', password: 'correct horse' }

let driver: SipDriver
let links: TrunkLinks
let kamailio: KamailioRegistrar
let password: string

beforeEach(async () => {
  password = account.password
  driver = createSipDriver({
    calls: createTestCalls().port,
    media: createTestMedia().port,
    clock: systemClock,
    counter: createTestCounter(),
    ...createTestDirectory().asks,
    isAway: () => false,
    addressFor: () => '127.0.0.1',
  })
  await driver.listen({ host: '127.0.0.1', port: 0 })
  links = createTrunkLinks({
    ...createHostPlaces(createLocator({ resolver: systemResolver(), clock: systemClock })),
    request: driver.request,
    ownAddress: driver.ownAddress,
    clock: systemClock,
    random: Math.random,
    newToken: () => randomBytes(12).toString('hex'),
    crypto: createDigestCrypto(),
    trunks: async () => [trunk()],
    openPassword: () => password,
    observer: { trouble: () => {}, well: () => {} },
    store: { read: () => [], write: () => {} },
  })
})

afterEach(async () => {
  await links.stop(2_000)
  await driver.close()
  await kamailio.stop()
})

const trunk = () => ({
  id: 'one',
  sealedPassword: new Uint8Array(1),
  settings: {
    hosts: [{ host: '127.0.0.1', port: kamailio.port, transport: null }],
    outboundProxy: null,
    registration: { expiresS: 120 },
    credentials: { username: account.username, realm: null },
    fromUser: null,
    fromDomain: null,
    healthCheckS: 10,
  },
})

const state = () => links.stateOf('one')
const until = (look: () => void) => vi.waitFor(look, { timeout: 60_000, interval: 20 })

test.each(['MD5', 'SHA-256'] as const)(
  'a trunk registers at Kamailio with %s, is healthy, and takes itself back (RFC 3261 §10, RFC 8760)',
  async algorithm => {
    kamailio = await startKamailioRegistrar({ ...account, algorithm, maxExpiresS: 90 })
    await links.start()
    await until(() => expect(state().registrations[0]?.state).toBe('registered'))
    // It grants less than was asked for, and says so at our contact.
    expect(state().registrations[0]!.until! - Date.now()).toBeLessThanOrEqual(90_000)
    expect(links.registrarOf('127.0.0.1')).toBe('one')
    await until(() => expect(state().hosts[0]?.state).toBe('up'))
    await links.stop(2_000)
    await kamailio.said(new RegExp(`saved sip:alice@127\\.0\\.0\\.1 0 ${algorithm}`))
    expect(links.registrarOf('127.0.0.1')).toBeUndefined()
  },
)

test('a wrong password is refused by Kamailio, and sent once', async () => {
  password = 'wrong'
  kamailio = await startKamailioRegistrar({
    ...account,
    algorithm: 'SHA-256',
    maxExpiresS: 90,
  })
  await links.start()
  await until(() =>
    expect(state().registrations[0]).toMatchObject({ state: 'failed', reason: '401 Unauthorized' }),
  )
  await kamailio.said(/challenged.*challenged/s)
  expect(kamailio.output().match(/challenged/g)).toHaveLength(2)
})
