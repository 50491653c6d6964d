import { networkInterfaces } from 'node:os'
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

const hasIpv6 = networkInterfaces().lo?.some(({ address }) => address === '::1') === true

it(
  hasIpv6 ? 'is called over IPv6 and talks there (RFC 5118 §4.1)' : 'needs ::1 to be called there',
  async () => {
    const opening = createAnsweringPhone({ address: '::1' })
    if (!hasIpv6) return expect(opening).rejects.toThrow('EADDRNOTAVAIL')
    const six = await opening
    const outside = await createSipPhone({ server: { host: '::1', port: six.port }, address: '::1' })
    const call = await outside.call({ to: '+15550123', from: '+15550100', says: everyByte, loop: true })
    const called = await six.nextCall()
    expect(called.invite.uri).toBe(`sip:+15550123@[::1]:${six.port}`)
    expect(Buffer.from(called.invite.body).toString()).toContain('c=IN IP6 ::1')
    called.answer({ says: everyByte, loop: true })
    await Promise.all([call.answered, called.acknowledged])
    await expect.poll(() => called.stream.received.length).toBeGreaterThan(8)
    await expect.poll(() => call.stream.received.length).toBeGreaterThan(8)
    await outside.close()
    await six.close()
  },
)

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
