import { createSipPhone, type SipCall, type SipPhone, TestOperator } from '@ringdown/testkit'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { callerNumber } from '../harness/callers.ts'
import { createAuthority, type TestAuthority } from '../harness/certificates.ts'
import { startGateway, type TestGateway } from '../harness/gateway.ts'
import { type EdgeOrder, type KamailioEdge, startKamailioEdge } from '../harness/kamailio-edge.ts'
import { callerSays, expectTalk, operatorSays } from '../harness/marked-talk.ts'
import { addTrunk } from '../harness/trunks.ts'

const address = '127.0.0.41'

let authority: TestAuthority
let gateway: TestGateway
let operator: TestOperator
let kamailio: KamailioEdge | undefined
let phone: SipPhone | undefined

beforeAll(async () => {
  authority = createAuthority()
  gateway = await startGateway({
    identity: authority.identity('127.0.0.1'),
    env: { NODE_EXTRA_CA_CERTS: authority.file },
  })
  await gateway.sql('update queues.queues set greeting = null, wrap_up_s = 0')
  await addTrunk(gateway, { address, settings: { encryption: 'optional' } })
  const credentials = { url: gateway.url, email: 'operator@demo.test', password: 'ringdown-demo' }
  operator = await TestOperator.signIn(credentials)
  operator.says(operatorSays, { loop: true })
})

afterEach(async () => {
  await phone?.close()
  await operator.until(view => view.active === null && view.offer === null, 'the end of the call')
  await kamailio?.stop()
})

afterAll(async () => {
  operator?.close()
  await gateway?.close()
  authority.remove()
})

/** Kamailio, and a telephone that reaches it over WebSocket alone. */
async function open(page: 'ws' | 'wss', transport: 'udp' | 'tcp' | 'tls'): Promise<SipPhone> {
  const port = transport === 'tls' ? gateway.tlsPort : gateway.sipPort
  const towards: EdgeOrder['towards'] = { transport, port }
  const identity = authority.identity(address)
  kamailio = await startKamailioEdge({ address, identity, authorities: authority.file, towards })
  const server = { host: address, port: page === 'wss' ? kamailio.tlsPort : kamailio.port }
  phone = await createSipPhone({ server, transport: page, authorities: authority.pem })
  return phone
}

const call = (from: SipPhone): Promise<SipCall> =>
  from.call({ to: '+15550100', from: callerNumber(420), says: callerSays, loop: true })

describe('a page calls by way of Kamailio as WebSocket edge (RFC 7118)', () => {
  test.each([
    ['ws', 'udp'],
    ['ws', 'tcp'],
    ['wss', 'tls'],
  ] as const)(
    'over %s, and over %s from there on: it is talked to, held and hung up',
    async (page, transport) => {
      await operator.goAvailable()
      const made = await call(await open(page, transport))
      await operator.accept()
      await expectTalk({ call: made, operator })
      for (const direction of ['sendonly', 'sendrecv'] as const) expect(await made.offer(direction)).toBe(200)
      await expectTalk({ call: made, operator })
      await operator.hangUp()
      // The page has no place of its own: the BYE comes over the connection that it opened.
      expect(await made.ended).toEqual({ by: 'them' })
      await kamailio!.said(new RegExp(`in-dialog BYE from ${transport}`))
    },
  )

  test('the page hangs up, before the answer and after it', async () => {
    await operator.goAvailable()
    const page = await open('ws', 'udp')
    const first = await call(page)
    await operator.until(view => view.offer !== null, 'an offer')
    expect(await first.hangUp()).toEqual({ by: 'us' })
    await operator.until(view => view.offer === null, 'the end of the offer')
    const second = await call(page)
    await operator.accept()
    await expectTalk({ call: second, operator })
    expect(await second.hangUp()).toEqual({ by: 'us' })
  })

  // Its connections died with control: the next one opens its own, and Kamailio's certificate is checked.
  test.each([
    ['ws', 'tcp'],
    ['wss', 'tls'],
  ] as const)(
    'over %s and %s a call outlives control, and the next one hangs it up along its route',
    async (page, transport) => {
      await operator.goAvailable()
      const made = await call(await open(page, transport))
      await operator.accept()
      await expectTalk({ call: made, operator })
      const former = await gateway.killWhenUp('control')
      await gateway.restarted('control', former)
      await operator.until(view => view.active?.state === 'connected', 'the call that was taken up')
      await expectTalk({ call: made, operator })
      await operator.hangUp()
      expect(await made.ended).toEqual({ by: 'them' })
    },
  )
})
