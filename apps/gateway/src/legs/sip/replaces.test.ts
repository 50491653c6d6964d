import { callIdOf, fromOf, header, type SipResponse, tagOf } from '@ringdown/sip'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createTestBench, type TestBench } from './outgoing/test-bench.ts'
import { TestCall, toTagOf } from './test-call.ts'

let bench: TestBench
beforeEach(async () => {
  bench = await createTestBench()
})
afterEach(() => bench.close())

/** What an INVITE is answered that is to replace this; no call comes of it. */
async function invite(...lines: string[]): Promise<SipResponse> {
  const arrivals = bench.calls.arrivals.length
  const call = new TestCall(bench.phone, { headers: lines })
  await call.invite()
  const answer = await call.answered()
  await call.ack(answer)
  await bench.settle()
  expect(bench.calls.arrivals).toHaveLength(arrivals)
  return answer
}

const replacing = (names: string) => invite(`Replaces: ${names}`)

/** A call that came in and is answered, as its far end names its dialog. */
async function talking() {
  const ringing = await bench.ring()
  const answer = await bench.answer(ringing)
  await ringing.call.ack(answer)
  await bench.settle()
  const { callId } = ringing.call
  return { ...ringing, names: `${callId};to-tag=${toTagOf(answer)};from-tag=caller-${callId}` }
}

describe('an INVITE with Replaces (RFC 3891 §3)', () => {
  test('of a dialog that is not ours is answered 481, and is no new call', async () => {
    expect((await replacing('nobody;to-tag=a;from-tag=b')).status).toBe(481)
  })

  test('of a call that talks is declined in words, and that call goes on', async () => {
    const { names, call } = await talking()
    const answer = await replacing(names)
    expect([answer.status, header(answer, 'warning')]).toEqual([
      603,
      '399 ringdown "A call keeps its far end, Replaces is not supported"',
    ])
    await call.request('OPTIONS')
    expect((await bench.phone.response(200, 'OPTIONS')).status).toBe(200)
    expect(bench.told()).toEqual(['answered'])
  })

  test('of a call of ours is declined too', async () => {
    const { farEnd } = await bench.talk()
    const { invite: called } = farEnd
    const names = `${callIdOf(called)};to-tag=${tagOf(fromOf(called))};from-tag=theirs`
    expect((await replacing(names)).status).toBe(603)
  })

  test('for a call that rings is answered 486 once it talks', async () => {
    const { names } = await talking()
    expect((await replacing(`${names};early-only`)).status).toBe(486)
  })

  test.each([
    ['two of them', ['Replaces: a;to-tag=b;from-tag=c', 'Replaces: d;to-tag=e;from-tag=f']],
    ['one without tags', ['Replaces: a']],
  ])('is answered 400 with %s', async (_, lines) => {
    expect((await invite(...lines)).status).toBe(400)
  })

  test('that requires the extension is told that we do not have it (RFC 3261 §8.2.2.3)', async () => {
    const answer = await invite('Require: replaces', 'Replaces: a;to-tag=b;from-tag=c')
    expect([answer.status, header(answer, 'unsupported')]).toEqual([420, 'replaces'])
  })
})

test.each(['OPTIONS', 'INFO'])('Replaces in %s is answered 400 (RFC 3891 §3)', async method => {
  const { call } = await talking()
  await call.request(method, { headers: ['Replaces: a;to-tag=b;from-tag=c'] })
  expect((await bench.phone.response(400, method)).status).toBe(400)
})
