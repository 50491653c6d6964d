import { createSipPhone, type PhoneSrtp, type SipCall, type SipPhone, TestOperator } from '@ringdown/testkit'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { callerNumber } from '../harness/callers.ts'
import { createAuthority, type TestAuthority } from '../harness/certificates.ts'
import { startGateway, type TestGateway } from '../harness/gateway.ts'
import { databaseDump, processPlaces } from '../harness/leaks.ts'
import { callerSays, expectTalk, marksSince, operatorSays } from '../harness/marked-talk.ts'
import { addTrunk } from '../harness/trunks.ts'

/** Where the trunks call from. */
const required = '127.0.0.21'
const optional = '127.0.0.22'
const suite = 'AES_CM_128_HMAC_SHA1_80'
const secure: PhoneSrtp = { policy: 'required', suites: [suite] }

type Transport = 'udp' | 'tls' | 'ws' | 'wss'

let authority: TestAuthority
let gateway: TestGateway
let operator: TestOperator
let phone: SipPhone | undefined

beforeAll(async () => {
  authority = createAuthority()
  gateway = await startGateway({ identity: authority.identity('127.0.0.1') })
  await gateway.sql('update queues.queues set greeting = null, wrap_up_s = 0')
  await addTrunk(gateway, { address: required, settings: { encryption: 'required' } })
  await addTrunk(gateway, { address: optional, settings: { encryption: 'optional' } })
  const account = { url: gateway.url, email: 'operator@demo.test', password: 'ringdown-demo' }
  operator = await TestOperator.signIn(account)
  operator.says(operatorSays, { loop: true })
})

afterEach(async () => {
  await phone?.close()
  await operator.until(view => view.active === null && view.offer === null, 'the end of the call')
})

afterAll(async () => {
  operator?.close()
  await gateway?.close()
  authority.remove()
})

/** A telephone of one of the trunks. */
async function phoneAt(address: string, transport: Transport): Promise<SipPhone> {
  const { sipPort, tlsPort, wsPort, wssPort } = gateway
  const port = { udp: sipPort, tls: tlsPort, ws: wsPort, wss: wssPort }[transport]
  const server = { host: '127.0.0.1', port }
  phone = await createSipPhone({ server, transport, address, authorities: authority.pem })
  return phone
}

type Called = { from?: string; transport?: Transport; srtp?: PhoneSrtp | undefined; sequence?: number }

async function call({ from = required, transport = 'tls', srtp, sequence }: Called): Promise<SipCall> {
  const order = { to: '+15550100', from: callerNumber(400), says: callerSays, loop: true }
  const keys = srtp === undefined ? {} : { srtp }
  return (await phoneAt(from, transport)).call({
    ...order,
    ...keys,
    ...(sequence === undefined ? {} : { sequence }),
  })
}

/** A call that the operator has answered. */
async function talk(order: Called): Promise<SipCall> {
  await operator.goAvailable()
  const made = await call(order)
  await operator.accept()
  return made
}

describe('a trunk that requires encryption', () => {
  test.each([suite, 'AES_CM_128_HMAC_SHA1_32', 'AEAD_AES_256_GCM'] as const)(
    'calls over TLS under %s, and both ends hear every byte (RFC 4568, RFC 3711)',
    async wanted => {
      const made = await talk({ srtp: { policy: 'required', suites: [wanted] } })
      await expectTalk({ call: made, operator })
      expect(made.protection.settled?.suite).toBe(wanted)
      expect(made.protection.refused).toBe(0)
      await operator.hangUp()
      expect(await made.ended).toEqual({ by: 'them' })
    },
  )

  test.each(['ws', 'wss'] as const)('calls over %s, and is hung up on there (RFC 7118)', async transport => {
    const made = await talk({ transport, srtp: secure })
    await expectTalk({ call: made, operator })
    await operator.hangUp()
    expect(await made.ended).toEqual({ by: 'them' })
  })

  test('is answered under the first of its suites that we have (RFC 4568 §5.1.2)', async () => {
    const suites = ['AES_CM_128_HMAC_SHA1_32', 'AEAD_AES_256_GCM'] as const
    const made = await talk({ srtp: { policy: 'required', suites } })
    await expectTalk({ call: made, operator })
    expect(made.protection.settled).toMatchObject({ suite: 'AES_CM_128_HMAC_SHA1_32', tag: 1 })
    await made.hangUp()
  })

  test('is refused with 488 where it offers plain RTP', async () => {
    const made = await call({})
    expect(await made.ended).toEqual({ by: 'refusal', status: 488 })
  })

  test('keeps its keys and their counters while it holds and resumes (RFC 3264 §8, RFC 3711 §9.1)', async () => {
    const made = await talk({ srtp: secure, sequence: 65_500 })
    await expectTalk({ call: made, operator })
    const before = made.protection.settled
    expect(await made.offer('sendonly')).toBe(200)
    expect(await made.offer('sendrecv')).toBe(200)
    expect(made.protection.settled).toEqual(before)
    await expectTalk({ call: made, operator })
    expect(made.protection.refused).toBe(0)
    await made.hangUp()
  })
})

test('new keys in a re-INVITE are taken, as many PBXs send them, and ours stay (RFC 4568 §7.1.4)', async () => {
  const made = await talk({ srtp: secure })
  await expectTalk({ call: made, operator })
  const before = made.protection.settled!
  expect(await made.offer('sendrecv', { rekeys: true })).toBe(200)
  const after = made.protection.settled!
  expect(after.local.key).not.toBe(before.local.key)
  expect(after.remote.key).toBe(before.remote.key)
  await expectTalk({ call: made, operator })
  // Whoever comes after both processes that heard of them has them, too.
  for (const name of ['control', 'worker 0'] as const) {
    const former = await gateway.killWhenUp(name)
    await gateway.restarted(name, former)
  }
  await expectTalk({ call: made, operator })
  await made.hangUp()
})

describe('a trunk that may encrypt', () => {
  test.each([
    ['what offers nothing else is encrypted', secure, suite],
    ['what offers both is encrypted (RFC 8643)', { ...secure, policy: 'optional' } as const, suite],
    ['what offers plain RTP is taken in the clear', undefined, undefined],
  ])('%s', async (_, srtp, wanted) => {
    const made = await talk({ from: optional, transport: 'udp', srtp })
    await expectTalk({ call: made, operator })
    expect(made.protection.settled?.suite).toBe(wanted)
    await made.hangUp()
  })
})

describe('an encrypted call', () => {
  test('leaves no key behind: not in the log, nor in the database, nor with any process', async () => {
    const made = await talk({ srtp: secure })
    await expectTalk({ call: made, operator })
    const { local, remote } = made.protection.settled!
    // As it is written in SDP, and as the database shows bytes.
    const spellings = [local.key, remote.key].flatMap(key => [
      key,
      Buffer.from(key).toString('hex'),
      Buffer.from(key, 'base64').toString('hex'),
    ])
    const places = [
      { where: 'log', text: gateway.log() },
      ...(await databaseDump(gateway)),
      ...processPlaces(gateway),
    ]
    const holding = places.filter(({ text }) => spellings.some(key => text.includes(key)))
    expect(holding.map(({ where }) => where)).toEqual([])
    await made.hangUp()
  })

  // The telephone has counted beyond 65,535: the next worker has to find its rollover counter (RFC 3711 §3.3.1).
  test('goes on under the same keys after kill -9 of the media worker, with a new SSRC of ours', async () => {
    const made = await talk({ srtp: secure, sequence: 65_500 })
    await expectTalk({ call: made, operator })
    const settled = made.protection.settled
    const ssrcs = () => new Set(made.stream.received.map(packet => packet.ssrc))
    const former = await gateway.killWhenUp('worker 0')
    await gateway.restarted('worker 0', former)
    await expectTalk({ call: made, operator })
    expect(made.protection.settled).toEqual(settled)
    // Under one key no SSRC may count twice: that would be the same key stream again (RFC 3711 §9.1).
    expect(ssrcs().size).toBeGreaterThan(1)
    expect(made.protection.refused).toBe(0)
    await made.hangUp()
  })

  test('goes on without a gap over kill -9 of control, which then offers the same keys', async () => {
    const made = await talk({ srtp: secure })
    await expectTalk({ call: made, operator })
    const settled = made.protection.settled
    const since = performance.now()
    const former = await gateway.killWhenUp('control')
    await gateway.restarted('control', former)
    await expectTalk({ call: made, operator })
    const marks = [made.stream.received, operator.stream.received].map(received =>
      marksSince(received, since),
    )
    for (const { gaps, foreign } of marks)
      expect({ foreign, hasGaps: gaps > 5 }).toEqual({ foreign: 0, hasGaps: false })
    expect(await made.offer('sendrecv')).toBe(200)
    expect(made.protection.settled).toEqual(settled)
    await expectTalk({ call: made, operator })
    expect(await made.hangUp()).toEqual({ by: 'us' })
  })
})
