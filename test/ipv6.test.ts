import { networkInterfaces } from 'node:os'
import {
  type AnsweringPhone,
  createAnsweringPhone,
  createSipPhone,
  type SipCall,
  type SipPhone,
  TestOperator,
} from '@ringdown/testkit'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type Administrator, signInAdministrator } from './harness/administrator.ts'
import { callerNumber } from './harness/callers.ts'
import { startGateway, type TestGateway } from './harness/gateway.ts'
import { callerSays, expectTalk, operatorSays } from './harness/marked-talk.ts'

/** Where the machine has no IPv6, that its calls are refused is all that can be shown. */
const hasIpv6 = networkInterfaces().lo?.some(({ address }) => address === '::1') === true

let gateway: TestGateway
let phone: SipPhone | undefined

const signIn = (name: 'operator' | 'admin') =>
  TestOperator.signIn({ url: gateway.url, email: `${name}@demo.test`, password: 'ringdown-demo' })

const ordinary = { to: '+15550100', from: callerNumber(610), says: callerSays, loop: true }

function callsOverIpv6() {
  let administrator: Administrator
  let operator: TestOperator
  let callee: AnsweringPhone

  beforeAll(async () => {
    gateway = await startGateway({ sipHost: '::1' })
    await gateway.sql('update queues.queues set greeting = null, wrap_up_s = 0')
    administrator = await signInAdministrator(gateway)
    operator = await signIn('admin')
    operator.says(operatorSays, { loop: true })
    callee = await createAnsweringPhone({ address: '::1' })
    await administrator.addTrunk({
      name: 'Out',
      hosts: [{ host: '[::1]', port: callee.port, transport: 'udp' }],
      codecs: ['PCMU'],
    })
  })

  afterEach(async () => {
    await phone?.close()
    await operator.until(view => view.active === null && view.offer === null, 'the end of the call')
  })

  afterAll(async () => {
    operator?.close()
    await callee?.close()
    await gateway?.close()
  })

  async function openPhone(audioAddress: '::1' | '127.0.0.1', transport: 'udp' | 'tcp' = 'udp') {
    const server = { host: '::1', port: gateway.sipPort }
    phone = await createSipPhone({ server, transport, address: '::1', audioAddress })
    return phone
  }

  /** A call that the operator has answered. */
  async function talk(transport: 'udp' | 'tcp'): Promise<SipCall> {
    await operator.goAvailable()
    const call = await (await openPhone('::1', transport)).call(ordinary)
    await operator.accept()
    await expectTalk({ call, operator })
    return call
  }

  test.each(['udp', 'tcp'] as const)(
    'a caller over %s and the operator hear every byte, and the operator hangs up',
    async transport => {
      const call = await talk(transport)
      await operator.hangUp()
      expect(await call.ended).toEqual({ by: 'them' })
    },
  )

  test.each(['control', 'worker 0'] as const)('a call goes on after kill -9 of %s', async name => {
    const call = await talk('udp')
    const former = await gateway.killWhenUp(name)
    await gateway.restarted(name, former)
    await expectTalk({ call, operator })
    await call.hangUp()
  })

  test('who is called and the operator hear every byte, and the far end hangs up', async () => {
    await operator.goAvailable()
    await operator.command({ type: 'dial', number: callerNumber(611) })
    const call = await callee.nextCall()
    expect(Buffer.from(call.invite.body).toString()).toContain('c=IN IP6 ::1\r\n')
    call.ring()
    call.answer({ says: callerSays, loop: true })
    await expectTalk({ call, operator })
    await call.hangUp()
  })

  test('an offer of an IPv4 address is refused where we name none (RFC 3261 §20.43)', async () => {
    const call = await (await openPhone('127.0.0.1')).call(ordinary)
    expect(await call.ended).toEqual({ by: 'refusal', status: 488 })
  })
}

function callsWithoutIpv6() {
  beforeAll(async () => {
    gateway = await startGateway()
  })

  afterAll(async () => {
    await phone?.close()
    await gateway?.close()
  })

  test('an offer of an IPv6 address is refused (RFC 3261 §20.43)', async () => {
    phone = await createSipPhone({ server: { host: '127.0.0.1', port: gateway.sipPort } })
    const offers = (sdp: string) => sdp.replaceAll('IN IP4 127.0.0.1', 'IN IP6 2001:db8::5')
    const call = await phone.call({ ...ordinary, offers })
    expect(await call.ended).toEqual({ by: 'refusal', status: 488 })
  })
}

if (hasIpv6) describe('over IPv6', callsOverIpv6)
describe('without IPv6', callsWithoutIpv6)
