import { createTwilioStandIn, TestOperator, type TwilioCall, type TwilioStandIn } from '@ringdown/testkit'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startGateway, type TestGateway } from '../harness/gateway.ts'
import { countHeard, markedSpeech, soundOf } from './marked-speech.ts'
import { expectNothingLeft } from './nothing-left.ts'
import type { Target } from './plays.ts'
import { patientTerms } from './terms.ts'

let gateway: TestGateway
let twilio: TwilioStandIn
let operator: TestOperator
let call: TwilioCall
let since: Date

beforeAll(async () => {
  twilio = await createTwilioStandIn({ accountSid: `AC${'0'.repeat(32)}`, authToken: 'demo-twilio-token' })
  gateway = await startGateway({ env: { TWILIO_API_BASE: twilio.apiBase } })
  const { wait_limit_s, ring_s, wrap_up_s, return_limit_s } = patientTerms
  await gateway.sql(
    'update queues.queues set greeting = null, wait_limit_s = $1, ring_s = $2, wrap_up_s = $3, return_limit_s = $4',
    [wait_limit_s, ring_s, wrap_up_s, return_limit_s],
  )
  operator = await TestOperator.signIn({
    url: gateway.url,
    email: 'operator@demo.test',
    password: 'ringdown-demo',
  })
  operator.says(markedSpeech('operator'), { loop: true })
})

beforeEach(() => {
  since = new Date()
  call = twilio.call({
    voiceUrl: `${gateway.url}/carriers/twilio/voice`,
    statusUrl: `${gateway.url}/carriers/twilio/voice/status`,
    from: '+15559001234',
    to: '+15550100',
    audio: markedSpeech('caller'),
    loop: true,
  })
})

afterEach(async () => {
  call.hangUp()
  await call.ended
  await expect.poll(openCalls).toEqual([])
  await operator.command({ type: 'take a break' })
  await operator.until(view => view.operator.status === 'on-break', 'the break')
})

afterAll(async () => {
  operator?.close()
  await twilio?.close()
  await gateway?.close()
})

const openCalls = () =>
  gateway.sql(`select c.id from calls.calls c left join calls.legs l on l.call = c.id
    where c.status not in ('ended', 'wrapping') or l.leg is not null`)

const heard = (sound: string) =>
  call.log.of('media').filter(({ payload }) => soundOf(payload) === sound).length

async function hears(sound: 'operator' | 'music'): Promise<void> {
  const before = heard(sound)
  await expect.poll(() => heard(sound)).toBeGreaterThan(before + 10)
}

async function talks(): Promise<void> {
  await hears('operator')
  const from = performance.now()
  await expect.poll(() => countHeard(operator.stream.received, 'caller', from)).toBeGreaterThan(10)
}

async function kill(target: Target): Promise<void> {
  const pid = await gateway.killWhenUp(target)
  await gateway.restarted(target, pid)
}

async function onlyRecord() {
  const rows = () => gateway.sql('select reason from calls.records where arrived_at >= $1', [since])
  await expect.poll(rows).toHaveLength(1)
  return (await rows())[0]
}

describe.each(['control', 'worker 0', 'database'] as const)('Twilio, kill -9 of the %s', target => {
  test('while two people talk: they talk on, and the operator can hang up', async () => {
    await operator.goAvailable()
    await operator.accept()
    await talks()
    await kill(target)
    await talks()
    if (target !== 'worker 0') expect(call.log.of('stream started')).toHaveLength(1)
    await operator.hangUp()
    await call.ended
    expect(await onlyRecord()).toEqual({ reason: 'hung-up-by-operator' })
    await expectNothingLeft(gateway)
  })

  test('while a caller waits: they hear music on, and are answered', async () => {
    await hears('music')
    await kill(target)
    await hears('music')
    await operator.goAvailable()
    await operator.accept()
    await talks()
    call.hangUp()
    await call.ended
    expect(await onlyRecord()).toEqual({ reason: 'hung-up-by-caller' })
  })
})

test('a stream that breaks while two people talk comes back to the same operator, with control killed meanwhile', async () => {
  await operator.goAvailable()
  await operator.accept()
  await talks()
  const hold = gateway.hold('after append|connected|media lost')
  call.dropStream()
  await hold.reached()
  const pid = await gateway.killWhenUp('control')
  hold.release()
  await gateway.restarted('control', pid)
  await talks()
  expect(call.log.of('stream started').length).toBeGreaterThan(1)
  await operator.hangUp()
  await call.ended
  expect(await onlyRecord()).toEqual({ reason: 'hung-up-by-operator' })
})
