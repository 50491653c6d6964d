import { branchOf, header, type SipRequest, topVia } from '@ringdown/sip'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { sdp } from '../test-call.ts'
import { createTestBench, type TestBench } from './test-bench.ts'
import { TestFarEnd } from './test-far-end.ts'

let bench: TestBench
beforeEach(async () => {
  bench = await createTestBench()
})
afterEach(() => bench.close())

const branch = (request: SipRequest) => branchOf(topVia(request)!)

describe('after a restart while it rings', () => {
  async function ringing() {
    const called = await bench.call()
    await called.farEnd.ring()
    await bench.settle()
    await bench.restartWith(called)
    return called
  }

  test('the same INVITE goes out in the same transaction, and what is said again is told again (RFC 3261 §17.2.1)', async () => {
    const called = await ringing()
    const again = await TestFarEnd.rung(bench.phone)
    expect(branch(again.invite)).toBe(branch(called.farEnd.invite))
    expect(again.invite.body).toEqual(called.farEnd.invite.body)
    for (const name of ['cseq', 'call-id', 'from', 'contact'])
      expect(header(again.invite, name)).toBe(header(called.farEnd.invite, name))
    await again.ring()
    await again.answer()
    await again.next('ACK')
    await bench.settle()
    expect(bench.told()).toEqual(['rings', 'rings', 'answered'])
  })

  test('the order to dial changes nothing', async () => {
    const called = await ringing()
    await bench.dial(called)
    await TestFarEnd.rung(bench.phone)
    await bench.settle()
    expect(bench.phone.log()).toEqual(['INVITE', 'INVITE'])
  })

  test('it can be cancelled', async () => {
    const called = await ringing()
    const again = await TestFarEnd.rung(bench.phone)
    await bench.hangUpOf(called)
    await again.ring()
    const cancel = await again.next('CANCEL')
    expect(branch(cancel)).toBe(branch(called.farEnd.invite))
    await again.reply(cancel, 200)
    await again.say(487)
    await bench.driver().untilTold(called.record.leg)
  })

  test('the time for an answer goes on', async () => {
    const called = await bench.call({ ringLimitMs: 30_000 })
    await called.farEnd.ring()
    await bench.settle()
    bench.clock.advance(20_000)
    await bench.restartWith(called)
    const again = await TestFarEnd.rung(bench.phone)
    await again.ring()
    await bench.settle()
    bench.clock.advance(10_000)
    await again.next('CANCEL')
    expect(bench.told()).toContain('no answer')
  })
})

test('a control that dies between storing a leg and its INVITE leaves it to the next, which dials', async () => {
  const made = await bench.prepare()
  await bench.restartWith(made)
  await bench.dial(made)
  const farEnd = await TestFarEnd.rung(bench.phone)
  await farEnd.answer()
  await farEnd.next('ACK')
  await bench.settle()
  expect(bench.told()).toEqual(['answered'])
})

test('a leg that may have been dialled and is hung up after a restart is called again to be cancelled', async () => {
  const made = await bench.prepare()
  bench.beforeKeeping(async () => void bench.beforeKeeping(() => new Promise(() => {})))
  await bench.dial(made)
  await TestFarEnd.rung(bench.phone)
  await bench.restartWith(made)
  await bench.hangUpOf(made)
  const again = await TestFarEnd.rung(bench.phone)
  await again.ring()
  await again.reply(await again.next('CANCEL'), 200)
  await again.say(487)
  await bench.driver().untilTold(made.record.leg)
})

describe('the answer', () => {
  test('is acknowledged and told when it is durable, and not before', async () => {
    const called = await bench.call()
    await bench.settle()
    const written = Promise.withResolvers<void>()
    bench.beforeKeeping(() => written.promise)
    await called.farEnd.answer()
    await bench.settle()
    expect(bench.phone.log()).toEqual(['INVITE'])
    expect(bench.told()).toEqual([])
    written.resolve()
    await called.farEnd.next('ACK')
    await bench.settle()
    expect(bench.told()).toEqual(['answered'])
  })

  test('that was not durable is repeated to the next control', async () => {
    const called = await bench.call()
    await bench.settle()
    bench.beforeKeeping(() => new Promise(() => {}))
    await called.farEnd.answer()
    await bench.settle()
    bench.beforeKeeping(undefined)
    await bench.restartWith(called)
    await TestFarEnd.rung(bench.phone)
    await called.farEnd.answer()
    await called.farEnd.next('ACK')
    await bench.settle()
    expect(bench.told()).toEqual(['answered'])
  })

  test('that was durable and never told is told when the call asks to dial again', async () => {
    const called = await bench.call()
    bench.beforeReports(() => new Promise(() => {}))
    await called.farEnd.answer()
    await called.farEnd.next('ACK')
    await bench.settle()
    bench.beforeReports(undefined)
    await bench.restartWith(called)
    await bench.dial({ ...called, media: { ...called.media, local: null } })
    await bench.settle()
    expect(bench.told()).toEqual(['answered'])
    expect(bench.phone.log()).toEqual(['INVITE', 'ACK'])
  })

  test('that cannot be stored counts all the same: people go on talking', async () => {
    const called = await bench.call()
    bench.beforeKeeping(() => Promise.reject(new Error('the database is away')))
    await called.farEnd.answer()
    await called.farEnd.next('ACK')
    await bench.settle()
    expect(bench.told()).toEqual(['answered'])
    expect(bench.counter.of('failed')).toBeGreaterThan(0)
  })
})

describe('after a restart while two people talk', () => {
  test('the far end can hang up', async () => {
    const called = await bench.talk()
    await bench.restartWith(called)
    expect((await called.farEnd.request('BYE')).status).toBe(200)
    expect(bench.told()).toEqual(['answered', 'far end hung up'])
  })

  test('we can hang up, with the next CSeq', async () => {
    const called = await bench.talk()
    await bench.restartWith(called)
    await bench.hangUpOf(called)
    expect(header(await called.farEnd.takesBye(), 'cseq')).toBe('2 BYE')
    await bench.driver().untilTold(called.record.leg)
  })

  test('a hold is understood, and our description is numbered on (RFC 3264 §8)', async () => {
    const called = await bench.talk()
    await bench.restartWith(called)
    const held = await called.farEnd.request('INVITE', { body: sdp({ codecs: '0', direction: 'sendonly' }) })
    expect(Buffer.from(held.body).toString()).toMatch(/o=\S+ 4711 2 /)
    expect(bench.media.settings('update rtp')).toHaveLength(2)
  })

  test('a BYE of ours that was under way is sent again', async () => {
    const called = await bench.talk()
    await bench.hangUpOf(called)
    await called.farEnd.next('BYE')
    await bench.restartWith(called)
    await called.farEnd.takesBye()
    await bench.driver().untilTold(called.record.leg)
  })

  test('its trunk counts it', async () => {
    const called = await bench.talk()
    await bench.restartWith(called)
    expect(bench.driver().callsOf('trunk-1')).toBe(1)
  })
})

test('an end of which nobody heard is told by the next control', async () => {
  const called = await bench.call()
  await bench.settle()
  bench.beforeReports(() => new Promise(() => {}))
  await called.farEnd.say(486)
  await called.farEnd.next('ACK')
  await bench.settle()
  bench.beforeReports(undefined)
  await bench.restartWith(called)
  await bench.settle()
  expect(bench.told()).toEqual(['busy'])
  expect(bench.phone.log()).toEqual(['INVITE', 'ACK'])
})

test.each(['', '{}', '{"version":99}', 'not JSON', '{"version":1,"direction":"out","plan":{}}'])(
  'what holds %j is not taken up',
  async data => {
    const { record } = await bench.prepare()
    await bench.kill()
    expect(bench.driver().restore({ ...record, data })).toBe(false)
    expect(bench.driver().restore(record)).toBe(true)
    expect(bench.driver().restore(record)).toBe(true)
    await bench.listen()
  },
)

test('an end that the call wrote already calls nobody again, although its next control hangs up before it listens', async () => {
  const called = await bench.call()
  await called.farEnd.say(486)
  await called.farEnd.next('ACK')
  await bench.settle()
  const data = bench.kept.get(called.record.leg) ?? called.record.data
  await bench.kill()
  bench.driver().restore(structuredClone({ ...called.record, data }))
  await bench.hangUpOf(called)
  await bench.listen()
  await bench.driver().untilTold(called.record.leg)
  await bench.settle()
  expect(bench.phone.log()).toEqual(['INVITE', 'ACK'])
})

test('an end is told when it is durable why: the next control calls nobody again who refused this one', async () => {
  const called = await bench.call()
  await bench.settle()
  const written = Promise.withResolvers<void>()
  bench.beforeKeeping(() => written.promise)
  await called.farEnd.say(486)
  await called.farEnd.next('ACK')
  await bench.settle()
  expect(bench.told()).toEqual([])
  written.resolve()
  await bench.settle()
  expect(bench.told()).toEqual(['busy'])
})
