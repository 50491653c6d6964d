import {
  type AnsweringPhone,
  createAnsweringPhone,
  createSipPhone,
  type SipCall,
  type SipPhone,
  TestOperator,
} from '@ringdown/testkit'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type Administrator, signInAdministrator } from '../harness/administrator.ts'
import { callerNumber } from '../harness/callers.ts'
import { createAuthority, type TestAuthority } from '../harness/certificates.ts'
import { startGateway, type TestGateway } from '../harness/gateway.ts'
import { eventually } from '../harness/heard.ts'
import { account, type KamailioEdge, startKamailioEdge } from '../harness/kamailio-edge.ts'
import { callerSays, expectTalk, operatorSays } from '../harness/marked-talk.ts'

const address = '127.0.0.31'

let authority: TestAuthority
let gateway: TestGateway
let administrator: Administrator
let operator: TestOperator
let kamailio: KamailioEdge
let phone: SipPhone
/** Who is called. */
let outside: AnsweringPhone
let trunk: string
const further: KamailioEdge[] = []

const srtp = { policy: 'required', suites: ['AES_CM_128_HMAC_SHA1_80'] } as const

const edge = (host: string, certified: string) =>
  startKamailioEdge({
    address: host,
    identity: authority.identity(certified),
    authorities: authority.file,
    towards: 'registered',
    telephone: outside.port,
  })

const trunkTo = (name: string, host: string, port: number) => ({
  name,
  password: account.password,
  hosts: [{ host, port, transport: 'tls' as const }],
  registration: { expiresS: 120 },
  credentials: { username: account.username, realm: null },
  fromDomain: host,
  encryption: 'required' as const,
  healthCheckS: 10,
})

beforeAll(async () => {
  authority = createAuthority()
  gateway = await startGateway({
    identity: authority.identity('127.0.0.1'),
    // What operations.md says of authorities of one's own.
    env: { NODE_EXTRA_CA_CERTS: authority.file },
  })
  await gateway.sql('update queues.queues set greeting = null, wrap_up_s = 0')
  administrator = await signInAdministrator(gateway)
  outside = await createAnsweringPhone({ srtp })
  const credentials = { url: gateway.url, email: 'operator@demo.test', password: 'ringdown-demo' }
  operator = await TestOperator.signIn(credentials)
  operator.says(operatorSays, { loop: true })
  kamailio = await edge(address, address)
  phone = await createSipPhone({ server: { host: address, port: kamailio.port } })
})

afterEach(() => operator.until(view => view.active === null, 'the end of the call'))

afterAll(async () => {
  operator?.close()
  await phone?.close()
  await outside?.close()
  await gateway?.close()
  for (const each of [kamailio, ...further]) await each?.stop()
  authority.remove()
})

/** A call by way of Kamailio that the operator has answered. */
async function talk(): Promise<SipCall> {
  await operator.goAvailable()
  const call = await phone.call({
    to: '+15550100',
    from: callerNumber(410),
    says: callerSays,
    loop: true,
    srtp,
  })
  await operator.accept()
  return call
}

test('a trunk registers at Kamailio over TLS with SHA-256, and is healthy (RFC 3261 §26.3, RFC 8760)', async () => {
  trunk = (await administrator.addTrunk(trunkTo('Kamailio', address, kamailio.tlsPort))).id
  await kamailio.said(/saved sip:alice@127\.0\.0\.31 120 SHA-256 tls/)
  await eventually('a registration and a healthy host', async () => {
    const { state } = await administrator.trunk(trunk)
    return state.registrations[0]?.state === 'registered' && state.hosts[0]?.state === 'up'
  })
})

test('calls come in where the trunk has registered, over TLS both ways, and are hung up by way of Kamailio', async () => {
  const call = await talk()
  await expectTalk({ call, operator })
  expect(call.protection.settled).toBeDefined()
  await kamailio.said(/in-dialog ACK from udp/)
  await operator.hangUp()
  expect(await call.ended).toEqual({ by: 'them' })
  await kamailio.said(/in-dialog BYE from tls/)
})

test('a re-INVITE comes through Kamailio and keeps the keys; the caller hangs up (RFC 3261 §12.2)', async () => {
  const call = await talk()
  await expectTalk({ call, operator })
  const { settled } = call.protection
  for (const direction of ['sendonly', 'sendrecv'] as const) expect(await call.offer(direction)).toBe(200)
  expect(call.protection.settled).toEqual(settled)
  await expectTalk({ call, operator })
  expect(await call.hangUp()).toEqual({ by: 'us' })
})

test('calls go out over TLS under SRTP, authenticated with SHA-256 (RFC 8760), and either end hangs up', async () => {
  const dialling = await TestOperator.signIn({
    url: gateway.url,
    email: 'admin@demo.test',
    password: 'ringdown-demo',
  })
  dialling.says(operatorSays, { loop: true })
  await dialling.goAvailable()
  for (const who of ['they', 'we'] as const) {
    await dialling.command({ type: 'dial', number: callerNumber(411), trunk })
    const call = await outside.nextCall()
    call.ring()
    call.answer({ says: callerSays, loop: true })
    await expectTalk({ call, operator: dialling })
    expect(call.protection).toMatchObject({ settled: { suite: srtp.suites[0] }, refused: 0 })
    if (who === 'they') await call.hangUp()
    else await dialling.hangUp()
    await call.ended
    await dialling.untilFree()
  }
  dialling.close()
  await kamailio.said(/challenged INVITE[\s\S]*authenticated INVITE SHA-256/)
})

test.each([
  ['is for another name', '127.0.0.32', 'other.test'],
  ['is for another address', '127.0.0.33', address],
])('nothing is said to a host whose certificate %s (RFC 5922 §7)', async (_, host, certified) => {
  const stranger = await edge(host, certified)
  further.push(stranger)
  const { id } = await administrator.addTrunk(trunkTo(`Stranger ${host}`, host, stranger.tlsPort))
  await eventually('a registration that failed', async () => {
    const { state } = await administrator.trunk(id)
    return state.registrations[0]?.state === 'failed' && state.hosts[0]?.state === 'down'
  })
  expect(stranger.output()).not.toMatch(/ringdown-test (challenged|saved)/)
})
