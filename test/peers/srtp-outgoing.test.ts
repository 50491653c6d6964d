import {
  type AnsweringPhone,
  type CalledCall,
  createAnsweringPhone,
  type PhoneSrtp,
  TestOperator,
} from '@ringdown/testkit'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type Administrator, signInAdministrator } from '../harness/administrator.ts'
import { callerNumber } from '../harness/callers.ts'
import { startGateway, type TestGateway } from '../harness/gateway.ts'
import { callerSays, expectTalk, marksSince, operatorSays } from '../harness/marked-talk.ts'

const suite = 'AES_CM_128_HMAC_SHA1_80'
const secure: PhoneSrtp = { policy: 'required', suites: [suite] }

let gateway: TestGateway
let administrator: Administrator
let operator: TestOperator
let phone: AnsweringPhone | undefined

beforeAll(async () => {
  gateway = await startGateway()
  await gateway.sql('update queues.queues set wrap_up_s = 0')
  administrator = await signInAdministrator(gateway)
  const account = { url: gateway.url, email: 'admin@demo.test', password: 'ringdown-demo' }
  operator = await TestOperator.signIn(account)
  operator.says(operatorSays, { loop: true })
  await operator.goAvailable()
})

afterEach(async () => {
  await phone?.close()
  await operator.untilFree()
})

afterAll(async () => {
  operator?.close()
  await gateway?.close()
})

let trunks = 0

/** A call over a trunk of its own, as it arrives at the telephone. */
async function dial(encryption: 'optional' | 'required', srtp?: PhoneSrtp): Promise<CalledCall> {
  phone = await createAnsweringPhone(srtp === undefined ? {} : { srtp })
  const hosts = [{ host: '127.0.0.1', port: phone.port, transport: 'udp' as const }]
  const { id } = await administrator.addTrunk({ name: `Trunk ${++trunks}`, hosts, encryption })
  await operator.command({ type: 'dial', number: callerNumber(440), trunk: id })
  const call = await phone.nextCall()
  await operator.until(view => view.active !== null, 'the call')
  return call
}

async function talk(encryption: 'optional' | 'required', srtp?: PhoneSrtp): Promise<CalledCall> {
  const call = await dial(encryption, srtp)
  call.ring()
  call.answer({ says: callerSays, loop: true })
  await expectTalk({ call, operator })
  return call
}

describe('a call over a trunk that requires encryption', () => {
  test.each([suite, 'AES_CM_128_HMAC_SHA1_32', 'AEAD_AES_256_GCM'] as const)(
    'is talked on under %s, where the far end has no other (RFC 4568 §5.1.3)',
    async wanted => {
      const call = await talk('required', { policy: 'required', suites: [wanted] })
      expect(call.protection).toMatchObject({ settled: { suite: wanted }, refused: 0 })
      await call.hangUp()
    },
  )

  test('is offered under RTP/SAVP alone, and ends when the far end refuses that', async () => {
    const call = await dial('required')
    expect(Buffer.from(call.invite.body).toString()).toMatch(/^m=audio \d+ RTP\/SAVP /m)
    call.refuse(488)
    await call.ended
  })

  test('goes on under the same keys after kill -9 of the media worker, with a new SSRC of ours', async () => {
    const call = await talk('required', secure)
    const { settled } = call.protection
    const former = await gateway.killWhenUp('worker 0')
    await gateway.restarted('worker 0', former)
    await expectTalk({ call, operator })
    expect(call.protection).toMatchObject({ settled, refused: 0 })
    expect(new Set(call.stream.received.map(({ ssrc }) => ssrc)).size).toBeGreaterThan(1)
    await call.hangUp()
  })

  test('goes on without a gap over kill -9 of control, and is hung up by the next one', async () => {
    const call = await talk('required', secure)
    const since = performance.now()
    const former = await gateway.killWhenUp('control')
    await gateway.restarted('control', former)
    await operator.until(view => view.active?.state === 'connected', 'the call that was taken up')
    await expectTalk({ call, operator })
    for (const { received } of [call.stream, operator.stream])
      expect(marksSince(received, since).gaps).toBeLessThanOrEqual(5)
    await operator.hangUp()
    await call.ended
  })
})

describe('a call over a trunk that may encrypt (RFC 8643)', () => {
  test.each([
    ['is encrypted where the far end can', secure, suite],
    ['is talked on in the clear where it cannot', undefined, undefined],
  ])('%s', async (_, srtp, wanted) => {
    const call = await talk('optional', srtp)
    expect(call.protection.settled?.suite).toBe(wanted)
    await call.hangUp()
  })
})
