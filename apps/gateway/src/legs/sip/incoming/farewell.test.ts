import type { SipResponse } from '@ringdown/sip'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { limits } from '../limits.rules.ts'
import { createTestBench, type TestBench } from '../test-bench.ts'
import type { TestCall } from '../test-call.ts'

let bench: TestBench
beforeEach(async () => {
  bench = await createTestBench()
})
afterEach(() => bench.close())

type Ringing = Awaited<ReturnType<TestBench['ring']>>

/** Whether a far end knows of its end, as far as the driver can tell by now. */
function parting({ record }: Ringing) {
  const seen = { isTold: false }
  void bench
    .driver()
    .untilTold(record.leg)
    .then(() => {
      seen.isTold = true
    })
  return async () => {
    await bench.phone.ping()
    return seen.isTold
  }
}

/** Answered, and hung up before the ACK. */
async function hungUpTooEarly() {
  const ringing = await bench.ring()
  const answer = await bench.answer(ringing)
  await bench.hangUp(ringing)
  return { ringing, answer, isTold: parting(ringing) }
}

const longerThanAnyTransaction = () => {
  for (let ms = 0; ms < 33_000; ms += 500) bench.clock.advance(500)
}

describe('a far end that is hung up knows it', () => {
  test('when it has answered the BYE, and no sooner', async () => {
    const talking = await bench.talk()
    await bench.hangUp(talking)
    const isTold = parting(talking)
    const bye = await talking.call.next('BYE')
    expect(await isTold()).toBe(false)
    await bench.phone.answer(bye, 200)
    expect(await isTold()).toBe(true)
  })

  test('when the BYE that waited for its ACK is answered (RFC 3261 §15)', async () => {
    const { ringing, answer, isTold } = await hungUpTooEarly()
    expect(await isTold()).toBe(false)
    await ringing.call.ack(answer)
    const bye = await ringing.call.next('BYE')
    expect(await isTold()).toBe(false)
    await bench.phone.answer(bye, 200)
    expect(await isTold()).toBe(true)
  })

  test('when the BYE is answered that went out 64*T1 after an answer that was never acknowledged', async () => {
    const { ringing, isTold } = await hungUpTooEarly()
    longerThanAnyTransaction()
    const bye = await ringing.call.next('BYE')
    expect(await isTold()).toBe(false)
    await bench.phone.answer(bye, 200)
    expect(await isTold()).toBe(true)
  })

  test('when it hangs up itself while our BYE waits for its ACK', async () => {
    const { ringing, answer, isTold } = await hungUpTooEarly()
    ringing.call.know(answer)
    await ringing.call.request('BYE')
    await bench.phone.response(200, 'BYE')
    expect(await isTold()).toBe(true)
  })

  test('when it has acknowledged the refusal of its INVITE (RFC 3261 §17.2.1)', async () => {
    const ringing = await bench.ring()
    await bench.hangUp(ringing, { result: 'internal', reason: 'shutdown' })
    const isTold = parting(ringing)
    const refusal = await ringing.call.answered()
    expect(await isTold()).toBe(false)
    await ringing.call.ack(refusal)
    expect(await isTold()).toBe(true)
  })

  test.each([
    ['a refusal', () => bench.ring()],
    ['a BYE', () => bench.talk()],
  ])('or never will, when %s is given up after 64*T1', async (_, begin) => {
    const call = await begin()
    await bench.hangUp(call)
    const isTold = parting(call)
    expect(await isTold()).toBe(false)
    longerThanAnyTransaction()
    expect(await isTold()).toBe(true)
  })
})

describe('a far end that hung up itself', () => {
  test('is told when its BYE is answered, which waits for the journal', async () => {
    const talking = await bench.talk()
    const { promise, resolve } = Promise.withResolvers<void>()
    bench.beforeReports(() => promise)
    await talking.call.request('BYE')
    await bench.phone.ping()
    const isTold = parting(talking)
    expect(await isTold()).toBe(false)
    resolve()
    await bench.phone.response(200, 'BYE')
    expect(await isTold()).toBe(true)
  })

  test('is told when it has acknowledged the 487 that follows its CANCEL', async () => {
    const ringing = await bench.ring()
    await ringing.call.cancel()
    const refusal = await ringing.call.answered()
    const isTold = parting(ringing)
    expect(await isTold()).toBe(false)
    await ringing.call.ack(refusal)
    expect(await isTold()).toBe(true)
  })
})

describe('a control that takes up an end of which it does not know whether it was said', () => {
  test('is done when a far end that was answered takes the BYE, although it acknowledges no refusal', async () => {
    const { ringing, answer } = await hungUpTooEarly()
    await bench.restart({ ringing, answered: false })
    ringing.call.know(answer)
    await bench.hangUp(ringing)
    const isTold = parting(ringing)
    await bench.phone.answer(await ringing.call.next('BYE'), 200)
    expect(await isTold()).toBe(true)
  })

  test('is done when a far end that was not answered refuses the BYE and acknowledges the refusal', async () => {
    const ringing = await bench.ring()
    await bench.restart({ ringing, answered: false })
    await bench.hangUp(ringing, { result: 'internal', reason: 'shutdown' })
    const isTold = parting(ringing)
    await bench.phone.answer(await ringing.call.next('BYE'), 481)
    expect(await isTold()).toBe(false)
    await ringing.call.ack(await ringing.call.answered())
    expect(await isTold()).toBe(true)
  })

  test('is done soon with a far end that had taken the former BYE: it knows no dialog, and acknowledges no refusal', async () => {
    const { ringing } = await hungUpTooEarly()
    await bench.restart({ ringing, answered: false })
    await bench.hangUp(ringing)
    const isTold = parting(ringing)
    await bench.phone.answer(await ringing.call.next('BYE'), 481)
    expect(await isTold()).toBe(false)
    bench.clock.advance(limits.refusalAfterByeMs)
    expect(await isTold()).toBe(true)
  })

  test.each([
    ['acknowledges that', (call: TestCall, answer: SipResponse) => call.ack(answer)],
    ['does not', async (call: TestCall, answer: SipResponse) => call.know(answer)],
  ])('is done with a far end that has the former answer, %s, and hangs up', async (_, take) => {
    const ringing = await bench.ring()
    const answer = await bench.answer(ringing)
    await bench.restart({ ringing, answered: false })
    await take(ringing.call, answer)
    await ringing.call.request('BYE')
    await bench.phone.response(200, 'BYE')
    expect(await parting(ringing)()).toBe(true)
  })

  test('is done with a far end that hangs up itself before it hears of the end', async () => {
    const { ringing, answer } = await hungUpTooEarly()
    await bench.restart({ ringing, answered: false })
    await bench.hangUp(ringing)
    const bye = await ringing.call.next('BYE')
    ringing.call.know(answer)
    await ringing.call.request('BYE')
    await bench.phone.response(481, 'BYE')
    const isTold = parting(ringing)
    expect(await isTold()).toBe(false)
    await bench.phone.answer(bye, 481)
    expect(await isTold()).toBe(true)
  })

  test('has nothing to tell where no leg is', async () => {
    await expect(bench.driver().untilTold('sip-unknown')).resolves.toBeUndefined()
  })
})
