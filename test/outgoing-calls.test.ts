import { type AnsweringPhone, createAnsweringPhone, TestOperator } from '@ringdown/testkit'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type Administrator, signInAdministrator } from './harness/administrator.ts'
import { callerNumber } from './harness/callers.ts'
import { startGateway, type TestGateway } from './harness/gateway.ts'
import { eventually } from './harness/heard.ts'
import { callerSays, expectTalk, marksSince, operatorSays } from './harness/marked-talk.ts'

// An administrator calls a telephone over a trunk; each frame that is said is marked, so that what is heard is known to be it.
let gateway: TestGateway
let administrator: Administrator
let operator: TestOperator
let phone: AnsweringPhone

beforeAll(async () => {
  gateway = await startGateway()
  await gateway.sql('update queues.queues set wrap_up_s = 0')
  administrator = await signInAdministrator(gateway)
  phone = await createAnsweringPhone()
  operator = await TestOperator.signIn({
    url: gateway.url,
    email: 'admin@demo.test',
    password: 'ringdown-demo',
  })
  operator.says(operatorSays, { loop: true })
  await administrator.addTrunk({
    name: 'Out',
    hosts: [{ host: phone.host, port: phone.port, transport: 'udp' }],
    codecs: ['PCMU'],
  })
  await operator.goAvailable()
})

afterEach(() => operator.untilFree())

afterAll(async () => {
  operator?.close()
  await phone?.close()
  await gateway?.close()
})

async function dial() {
  const call = await operator.command({ type: 'dial', number: callerNumber(710) })
  const called = await phone.nextCall()
  await operator.until(view => view.active !== null, 'the call')
  return { call, called }
}

const talks = () => operator.until(view => view.active?.state === 'connected', 'the answer')

/** As when it crashes. Resolves when its successor is ready and the page has seen it. */
async function killControl(): Promise<void> {
  const pid = gateway.pid('control')
  const killedAt = Date.now()
  await gateway.kill('control')
  await gateway.restarted('control', pid)
  await operator.until(view => view.now > killedAt, 'a fresh view')
}

async function endingOf(call: string | undefined): Promise<unknown> {
  const records = () => gateway.sql('select result, reason from calls.records where call = $1', [call])
  await eventually('a record', async () => (await records()).length > 0)
  return (await records())[0]
}

test('two people who called each other hear every frame, and the operator hangs up', async () => {
  const { call, called } = await dial()
  called.ring()
  await operator.until(view => view.active?.progress === 'ringing', 'the ringing')
  called.answer({ says: callerSays, loop: true })
  await talks()
  await expectTalk({ call: called, operator })
  await operator.hangUp()
  expect(await called.ended).toMatchObject({ type: 'bye', by: 'peer' })
  expect(await endingOf(call)).toEqual({ result: 'completed', reason: 'hung-up-by-operator' })
})

test('what the far end says before it answers is heard (RFC 3960 §3)', async () => {
  const { call, called } = await dial()
  const begun = performance.now()
  called.progress({ says: callerSays, loop: true, reliable: true })
  await operator.until(view => view.active?.progress === 'early media', 'the early media')
  await eventually('the operator hears it', () => marksSince(operator.stream.received, begun).voices.has(1))
  called.refuse(486)
  expect(await endingOf(call)).toEqual({ result: 'caller', reason: 'busy' })
})

test('control dies while it rings: the far end rings on, once, and is talked to when it answers', async () => {
  const before = phone.calls
  const { call, called } = await dial()
  called.ring()
  await operator.until(view => view.active?.progress === 'ringing', 'the ringing')
  await killControl()
  called.answer({ says: callerSays, loop: true })
  await called.acknowledged
  expect(phone.calls).toBe(before + 1)
  await talks()
  await expectTalk({ call: called, operator })
  await operator.hangUp()
  await called.ended
  expect(await endingOf(call)).toEqual({ result: 'completed', reason: 'hung-up-by-operator' })
})

test('control dies while it rings, and the operator gives up afterwards: CANCEL', async () => {
  const { call, called } = await dial()
  called.ring()
  await operator.until(view => view.active?.progress === 'ringing', 'the ringing')
  await killControl()
  await operator.hangUp()
  expect(await called.ended).toMatchObject({ type: 'abandoned' })
  expect(await endingOf(call)).toEqual({ result: 'operator', reason: 'canceled' })
})

test('control dies while they talk: they talk on, and the far end can hang up', async () => {
  const { call, called } = await dial()
  called.answer({ says: callerSays, loop: true })
  await talks()
  await killControl()
  await expectTalk({ call: called, operator })
  await called.hangUp()
  expect(await endingOf(call)).toEqual({ result: 'completed', reason: 'hung-up-by-caller' })
})

test('control dies while they talk: they talk on, and the operator can hang up', async () => {
  const { call, called } = await dial()
  called.answer({ says: callerSays, loop: true })
  await talks()
  await killControl()
  await operator.until(view => view.active?.state === 'connected', 'the call')
  await operator.hangUp()
  expect(await called.ended).toMatchObject({ type: 'bye', by: 'peer' })
  expect(await endingOf(call)).toEqual({ result: 'completed', reason: 'hung-up-by-operator' })
})

test('the media worker dies while they talk: they hear each other again', async () => {
  const { call, called } = await dial()
  called.answer({ says: callerSays, loop: true })
  await talks()
  const pid = gateway.pid('worker 0')
  await gateway.kill('worker 0')
  await gateway.restarted('worker 0', pid)
  await talks()
  await expectTalk({ call: called, operator })
  await called.hangUp()
  expect(await endingOf(call)).toEqual({ result: 'completed', reason: 'hung-up-by-caller' })
})

test('the database dies while it rings: they talk, and it is written down afterwards', async () => {
  await operator.goAvailable()
  const { call, called } = await dial()
  called.ring()
  await operator.until(view => view.active?.progress === 'ringing', 'the ringing')
  const pid = gateway.pid('database')
  await gateway.kill('database')
  called.answer({ says: callerSays, loop: true })
  await called.acknowledged
  await gateway.restarted('database', pid)
  await talks()
  await expectTalk({ call: called, operator })
  await operator.hangUp()
  await called.ended
  expect(await endingOf(call)).toEqual({ result: 'completed', reason: 'hung-up-by-operator' })
})

test('no leg is left', () =>
  eventually('no leg is left', async () => (await gateway.sql('select 1 from calls.legs')).length === 0))
