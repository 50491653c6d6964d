import { afterEach, beforeEach, expect, it } from 'vitest'
import { type AnsweringPhone, createAnsweringPhone } from './answering.ts'
import { createSipPhone, type SipPhone } from './sip-phone.ts'

let callee: AnsweringPhone
let caller: SipPhone

beforeEach(async () => {
  callee = await createAnsweringPhone()
  caller = await createSipPhone({ server: { host: callee.host, port: callee.port } })
})

afterEach(async () => {
  await caller.close()
  await callee.close()
})

const everyByte = Uint8Array.from({ length: 1280 }, (_, i) => i % 256)
const dial = () => caller.call({ to: '+15550123', from: '+15550100', says: everyByte, loop: true })

it('rings, answers, is acknowledged, and both hear each other byte by byte', async () => {
  const call = await dial()
  const called = await callee.nextCall()
  called.ring()
  called.answer({ says: everyByte, loop: true })
  await Promise.all([call.answered, called.acknowledged])
  await expect.poll(() => called.stream.received.length).toBeGreaterThan(8)
  await expect.poll(() => call.stream.received.length).toBeGreaterThan(8)
  expect(called.stream.received[0]?.payload).toEqual(everyByte.subarray(0, 160))
  expect(call.statuses.filter(status => status !== 100)).toEqual([180, 200])
  await called.hangUp()
  expect(await call.ended).toEqual({ by: 'them' })
})

it('is heard before it answers (RFC 3960 §3)', async () => {
  const call = await dial()
  const called = await callee.nextCall()
  called.progress()
  await expect.poll(() => call.statuses).toContain(183)
  expect(called.stream.sending).toBe('voice')
})

it('refuses', async () => {
  const call = await dial()
  const called = await callee.nextCall()
  called.refuse(486)
  expect(await call.ended).toEqual({ by: 'refusal', status: 486 })
  expect(await called.ended).toMatchObject({ type: 'refused', status: 486 })
})

it('is cancelled (RFC 3261 §9.2)', async () => {
  const call = await dial()
  const called = await callee.nextCall()
  called.ring()
  expect(await call.hangUp()).toEqual({ by: 'us' })
  expect(await called.ended).toMatchObject({ type: 'abandoned' })
})

it('takes a hang-up, and two calls at once', async () => {
  const [one, other] = [await dial(), await dial()]
  const [called, second] = [await callee.nextCall(), await callee.nextCall()]
  called.answer()
  second.answer()
  await Promise.all([one.answered, other.answered])
  await one.hangUp()
  expect(await called.ended).toMatchObject({ type: 'bye', by: 'peer' })
  await second.hangUp()
  expect(await other.ended).toEqual({ by: 'them' })
})
