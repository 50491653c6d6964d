import { header, type SipMessage, type SipRequest, type SipResponse } from '@ringdown/sip'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { limits } from '../limits.rules.ts'
import { createTestBench, type TestBench } from '../test-bench.ts'
import { sdp } from '../test-call.ts'

let bench: TestBench
beforeEach(async () => {
  bench = await createTestBench()
})
afterEach(() => bench.close())

const supports = ['Supported: timer', 'Allow: INVITE, ACK, BYE, UPDATE']
const asks = (expires: string) => [...supports, `Session-Expires: ${expires}`]

const timerOf = (message: SipMessage) => header(message, 'session-expires')

async function expectGone(call: Awaited<ReturnType<TestBench['talk']>>['call']): Promise<void> {
  await bench.phone.answer(await call.next('BYE'), 200)
  await bench.settle()
  expect(bench.ended()).toEqual(['unreachable'])
}

/** Answers a refresh of ours. */
async function answerRefresh(request: SipRequest, status: number, headers: string[] = []): Promise<void> {
  await bench.phone.answer(request, status, headers)
  await bench.settle()
}

describe('the answer to an INVITE (RFC 4028 §9)', () => {
  test.each([
    ['leaves the refresh to who asks, where nobody is named', '1800', '1800;refresher=uac', 'timer'],
    ['leaves the refresh to who wants it', '1800;refresher=uac', '1800;refresher=uac', 'timer'],
    ['takes the refresh over', '1800;refresher=uas', '1800;refresher=uas', undefined],
  ])('%s', async (_, asked, agreed, required) => {
    const { call } = await bench.talk({ headers: asks(asked) })
    expect([timerOf(call.answer!), header(call.answer!, 'require')]).toEqual([agreed, required])
  })

  test('names no timer when we would have to refresh and UPDATE is not taken', async () => {
    const { call } = await bench.talk({ headers: ['Session-Expires: 1800'] })
    expect(timerOf(call.answer!)).toBeUndefined()
    bench.clock.advance(1_800_000)
    await bench.settle()
    expect(bench.ended()).toEqual([])
  })
})

describe('a timer that nobody but us asks for (RFC 4028 §9, table 2)', () => {
  const allows = ['Allow: INVITE, ACK, BYE, UPDATE']

  test.each([
    ['from who knows the extension', supports, ['Session-Expires: 1800;refresher=uac']],
    ['from who does not', allows, []],
  ])('is ours to refresh, again and again: %s', async (_, headers, agrees) => {
    const { call } = await bench.talk({ headers })
    expect([timerOf(call.answer!), header(call.answer!, 'require')]).toEqual([
      '1800;refresher=uas',
      undefined,
    ])
    for (let time = 0; time < 3; time++) {
      bench.clock.advance(900_000)
      const update = await call.next('UPDATE')
      expect([timerOf(update), header(update, 'min-se')]).toEqual(['1800;refresher=uac', '90'])
      await answerRefresh(update, 200, agrees)
    }
    expect(bench.ended()).toEqual([])
  })

  test('ends the call of a far end that vanished without BYE', async () => {
    const { call } = await bench.talk({ headers: supports })
    bench.clock.advance(900_000)
    await call.next('UPDATE')
    bench.clock.advance(32_000)
    await expectGone(call)
  })

  test('ends no call of who is there, whatever they answer', async () => {
    const { call } = await bench.talk({ headers: allows })
    for (let time = 0; time < 3; time++) {
      bench.clock.advance(900_000)
      await answerRefresh(await call.next('UPDATE'), 500)
    }
    expect(bench.ended()).toEqual([])
  })

  test('is turned off by a 2xx without it (RFC 4028 §7.2)', async () => {
    const { call } = await bench.talk({ headers: supports })
    bench.clock.advance(900_000)
    await answerRefresh(await call.next('UPDATE'), 200)
    bench.clock.advance(1_800_000)
    await bench.settle()
    expect(bench.phone.log().filter(line => line === 'UPDATE')).toHaveLength(1)
    expect(bench.ended()).toEqual([])
  })
})

describe('a session that the far end refreshes', () => {
  test('expires with BYE a third of its interval, but no more than 32 s, before its end (RFC 4028 §10)', async () => {
    const { call } = await bench.talk({ headers: asks('90') })
    bench.clock.advance(59_999)
    await bench.settle()
    expect(bench.phone.log()).not.toContain('BYE')
    bench.clock.advance(1)
    await expectGone(call)
  })

  test.each(['UPDATE', 'INVITE'])('lives on with %s, for as long as that says', async method => {
    const { call } = await bench.talk({ headers: asks('90') })
    bench.clock.advance(50_000)
    const body = method === 'INVITE' ? sdp() : null
    await call.request(method, { body, headers: asks('120;refresher=uac') })
    const answer: SipResponse = await bench.phone.response(200, method)
    expect(timerOf(answer)).toBe('120;refresher=uac')
    if (method === 'INVITE') await call.ack(answer)
    await bench.settle()
    bench.clock.advance(87_000)
    await bench.settle()
    expect(bench.ended()).toEqual([])
    bench.clock.advance(1_000)
    await expectGone(call)
  })

  test('is not refreshed by what is refused', async () => {
    const { call } = await bench.talk({ headers: asks('90') })
    bench.clock.advance(50_000)
    await call.request('UPDATE', { headers: asks('60') })
    expect(header(await bench.phone.response(422, 'UPDATE'), 'min-se')).toBe('90')
    bench.clock.advance(10_000)
    await expectGone(call)
  })

  test('is over with its call', async () => {
    const { call } = await bench.talk({ headers: asks('90') })
    await call.request('BYE')
    await bench.phone.response(200, 'BYE')
    await bench.settle()
    bench.clock.advance(90_000)
    await bench.settle()
    expect(bench.ended()).toEqual(['far end hung up'])
  })

  test('expires also when control was restarted meanwhile', async () => {
    const ringing = await bench.talk({ headers: asks('90') })
    await bench.restart({ ringing, answered: true })
    bench.clock.advance(60_000)
    await expectGone(ringing.call)
  })
})

describe('a session that we refresh', () => {
  test('is refreshed with UPDATE after half its interval, and again (RFC 4028 §10)', async () => {
    const { call } = await bench.talk({ headers: asks('90;refresher=uas') })
    for (let time = 0; time < 3; time++) {
      bench.clock.advance(45_000)
      const update = await call.next('UPDATE')
      expect([timerOf(update), header(update, 'supported'), update.body.length]).toEqual([
        '90;refresher=uac',
        'timer',
        0,
      ])
      expect(header(update, 'contact')).toContain('ringdown')
      await answerRefresh(update, 200, ['Session-Expires: 90;refresher=uac'])
    }
    expect(bench.ended()).toEqual([])
  })

  test.each([408, 481])('is over when its refresh is answered %i', async status => {
    const { call } = await bench.talk({ headers: asks('90;refresher=uas') })
    bench.clock.advance(45_000)
    await bench.phone.answer(await call.next('UPDATE'), status)
    await expectGone(call)
  })

  test('takes the longer interval that a 422 asks for (RFC 4028 §7.3)', async () => {
    const { call } = await bench.talk({ headers: asks('90;refresher=uas') })
    bench.clock.advance(45_000)
    await bench.phone.answer(await call.next('UPDATE'), 422, ['Min-SE: 300'])
    const again = await call.next('UPDATE')
    expect([timerOf(again), header(again, 'min-se')]).toEqual(['300;refresher=uac', '300'])
  })

  test('is refreshed once more soon when that failed, and expires when it fails on', async () => {
    const { call } = await bench.talk({ headers: asks('90;refresher=uas') })
    bench.clock.advance(45_000)
    await answerRefresh(await call.next('UPDATE'), 500)
    bench.clock.advance(limits.refreshAgainMs)
    await answerRefresh(await call.next('UPDATE'), 500)
    bench.clock.advance(5_000)
    await expectGone(call)
  })

  test('goes on without a timer when the far end does not take UPDATE after all', async () => {
    const { call } = await bench.talk({ headers: asks('90;refresher=uas') })
    bench.clock.advance(45_000)
    await answerRefresh(await call.next('UPDATE'), 501)
    bench.clock.advance(90_000)
    await bench.settle()
    expect(bench.ended()).toEqual([])
  })

  test('is refreshed at once by a control that does not know when that was done last', async () => {
    const ringing = await bench.talk({ headers: asks('90;refresher=uas') })
    await bench.restart({ ringing, answered: true })
    expect(timerOf(await ringing.call.next('UPDATE'))).toBe('90;refresher=uac')
  })
})
