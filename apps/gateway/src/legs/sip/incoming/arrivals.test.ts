import { allowOf, header, type SipResponse } from '@ringdown/sip'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createTestTrunk } from '../doubles.ts'
import { limits } from '../limits.rules.ts'
import { createTestBench, type TestBench } from '../test-bench.ts'
import { sdp, type TestCall, toTagOf } from '../test-call.ts'

let bench: TestBench
beforeEach(async () => {
  bench = await createTestBench()
})
afterEach(() => bench.close())

/** Something that happens when a test says so. */
function createGate() {
  let open = () => {}
  const opened = new Promise<void>(resolve => {
    open = resolve
  })
  return { opened, open }
}

/** A stream loses nothing, however much is sent at once. */
async function overTcp(): Promise<void> {
  await bench.close()
  bench = await createTestBench({ transport: 'tcp' })
}

async function refused(call: TestCall): Promise<SipResponse> {
  await call.invite()
  return call.answered()
}

describe('an INVITE that comes in', () => {
  test('is answered 100 after 200 ms, and nothing else leaves before the call stands in the journal (RFC 3261 §17.2.1)', async () => {
    const journal = createGate()
    bench.calls.whenArrived(() => journal.opened)
    const call = bench.call()
    await call.invite()
    await bench.settle()
    bench.clock.advance(199)
    expect(bench.phone.log()).toEqual([])
    bench.clock.advance(1)
    await bench.phone.response(100)
    journal.open()
    await bench.settle()
    expect(bench.phone.log()).toEqual(['100 INVITE'])
    expect(bench.calls.arrivals).toHaveLength(1)
  })

  test('of a trunk that was here before is answered 100 after 200 ms, however long the trunks take to be read', async () => {
    await bench.ring()
    const gate = createGate()
    bench.directory.before.trunkAt = () => gate.opened
    const call = bench.call()
    await call.invite()
    await bench.settle()
    bench.clock.advance(200)
    await bench.phone.response(100)
    await call.cancel()
    expect((await call.answered()).status).toBe(487)
    await bench.call().invite()
    await bench.settle()
    bench.clock.advance(200)
    await bench.phone.response(100)
    gate.open()
    await bench.settle()
    expect(bench.calls.arrivals).toHaveLength(2)
  })

  test('of a trunk that was taken away meanwhile is refused all the same', async () => {
    await bench.ring()
    bench.directory.trunk = undefined
    expect((await refused(bench.call())).status).toBe(403)
    expect(bench.calls.arrivals).toHaveLength(1)
    expect(bench.counter.of('stranger')).toBe(1)
    // From then on its address is a stranger's at the door already.
    expect((await refused(bench.call({ method: 'OPTIONS', body: null }))).status).toBe(403)
  })

  test('arrives with its number, its queue, a reference to the caller, and a leg', async () => {
    const { record } = await bench.ring()
    expect(bench.calls.arrivals).toEqual([
      {
        organization: 'org-1',
        number: '+15550100',
        queue: 'queue-1',
        caller: 'caller-1',
        identity: null,
        leg: { leg: record.leg, kind: 'sip', data: record.data },
      },
    ])
  })

  test('is one call however often it is retransmitted (RFC 3261 §17.2.1)', async () => {
    const call = bench.call()
    for (let time = 0; time < 3; time++) await call.invite()
    await bench.settle()
    await call.invite()
    await bench.settle()
    expect(bench.calls.arrivals).toHaveLength(1)
    expect(bench.phone.log()).toEqual(Array(3).fill('100 INVITE'))
  })

  test('keeps its place before its CANCEL while the trunks are being read', async () => {
    const [trunks, numbers] = [createGate(), createGate()]
    bench.directory.before.trunkAt = () => trunks.opened
    bench.directory.before.findNumber = () => numbers.opened
    const call = bench.call()
    await call.invite()
    await call.cancel()
    trunks.open()
    expect((await bench.phone.response(200, 'CANCEL')).status).toBe(200)
    expect((await call.answered()).status).toBe(487)
    numbers.open()
    await bench.settle()
    expect(bench.calls.arrivals).toEqual([])
  })

  const refusals: { what: string; status: number; options: Parameters<TestBench['call']>[0] }[] = [
    { what: 'a number nobody has', status: 404, options: { uri: 'sip:+15550111@127.0.0.1' } },
    { what: "another organization's number", status: 404, options: { uri: 'sip:+15550199@127.0.0.1' } },
    { what: 'no number', status: 404, options: { uri: 'sip:alice@127.0.0.1' } },
    { what: 'a number of another country', status: 404, options: { uri: 'sip:0015550111@127.0.0.1' } },
    {
      what: 'an extension we do not have (RFC 3261 §8.2.2.3)',
      status: 420,
      options: { headers: ['Require: foo'] },
    },
    {
      what: 'a body we do not read (RFC 3261 §8.2.3)',
      status: 415,
      options: { body: null, headers: ['Content-Type: text/plain'] },
    },
    {
      what: 'no wish for a session description (RFC 3261 §21.4.7)',
      status: 406,
      options: { headers: ['Accept: text/plain'] },
    },
    {
      what: 'a scheme that is no telephone’s (RFC 3261 §8.2.2.1)',
      status: 416,
      options: { uri: 'nobody:+15550100' },
    },
    {
      what: 'a session that is too short (RFC 4028 §9)',
      status: 422,
      options: { headers: ['Supported: timer', 'Session-Expires: 89'] },
    },
    { what: 'no Contact (RFC 3261 §12.1.1)', status: 400, options: { contact: '*' } },
  ]
  test.each(refusals)('with $what is answered $status', async ({ status, options }) => {
    const call = bench.call(options)
    if (status === 415) await bench.phone.send(withText(call))
    else await call.invite()
    expect((await call.answered()).status).toBe(status)
    expect(bench.calls.arrivals).toEqual([])
  })

  test('with an unknown extension is told which (RFC 3261 §20.40)', async () => {
    const answer = await refused(bench.call({ headers: ['Require: 100rel, foo'] }))
    expect(header(answer, 'unsupported')).toBe('foo')
  })

  test('is answered 503 with Retry-After while the database is away', async () => {
    bench.directory.before.findNumber = async () => {
      throw bench.databaseAway()
    }
    const answer = await refused(bench.call())
    expect([answer.status, header(answer, 'retry-after')]).toEqual([503, '5'])
  })

  test('is answered 503 with Retry-After when not even the trunks can be read', async () => {
    bench.directory.before.trunkAt = async () => {
      throw bench.databaseAway()
    }
    const answer = await refused(bench.call())
    expect([answer.status, header(answer, 'retry-after')]).toEqual([503, '5'])
    expect(bench.clock.pending()).toBe(0)
  })

  test.each(['gateway.stopping', 'gateway.database-away'] as const)(
    'is answered 503 with Retry-After when the calls say %s',
    async code => {
      bench.calls.refuseWith(code)
      const answer = await refused(bench.call())
      expect([answer.status, header(answer, 'retry-after')]).toEqual([503, '5'])
    },
  )

  test.each(['findNumber', 'storeCaller'] as const)(
    'is answered 500 when %s fails, and leaves nothing behind',
    async what => {
      bench.directory.before[what] = async () => {
        throw new Error('a defect')
      }
      const call = bench.call()
      const answer = await refused(call)
      await call.ack(answer)
      expect(answer.status).toBe(500)
      delete bench.directory.before[what]
      await bench.ring()
      expect(bench.calls.arrivals).toHaveLength(1)
    },
  )

  test('is answered 500 when the journal fails', async () => {
    bench.calls.whenArrived(async () => {
      throw new Error('a defect')
    })
    expect((await refused(bench.call())).status).toBe(500)
  })
})

const withText = (call: TestCall): string =>
  call.text('INVITE', { branch: call.branch, body: sdp() }).replace('application/sdp', 'text/plain')

describe('a caller who hangs up while the call is on its way into the journal', () => {
  test.each(['findNumber', 'storeCaller'] as const)('is heard during %s: no call comes of it', async what => {
    const gate = createGate()
    bench.directory.before[what] = () => gate.opened
    const call = bench.call()
    await call.invite()
    await bench.settle()
    await call.cancel()
    expect((await call.answered()).status).toBe(487)
    gate.open()
    await bench.settle()
    expect(bench.calls.arrivals).toEqual([])
    expect(bench.phone.log()).toEqual(['200 CANCEL', '487 INVITE'])
  })

  test('is heard during the entry itself: the call is told as soon as it stands there', async () => {
    const gate = createGate()
    bench.calls.whenArrived(() => gate.opened)
    const call = bench.call()
    await call.invite()
    await bench.settle()
    await call.cancel()
    expect((await call.answered()).status).toBe(487)
    expect(bench.calls.told).toEqual([])
    gate.open()
    await bench.settle()
    expect(bench.ended()).toEqual(['far end hung up'])
  })

  test('and whose call is then ordered to open its audio is an abandoned call', async () => {
    const gate = createGate()
    let opened: unknown
    bench.calls.whenArrived(async (leg, call) => {
      await gate.opened
      opened = await bench.driver().openMedia({ leg, call, endpoint: 'caller', worker: 0 })
      expect(bench.ended()).toEqual(['far end hung up'])
    })
    const call = bench.call()
    await call.invite()
    await bench.settle()
    await call.cancel()
    await call.answered()
    gate.open()
    await bench.settle()
    expect(opened).toEqual({ type: 'failed', ending: { result: 'caller', reason: 'abandoned' } })
    expect(bench.ended()).toEqual(['far end hung up'])
  })
})

describe('requests outside a dialog', () => {
  const requests: { method: string; status: number }[] = [
    { method: 'REGISTER', status: 405 },
    { method: 'SUBSCRIBE', status: 405 },
    { method: 'NONSENSE', status: 501 },
    { method: 'BYE', status: 481 },
    { method: 'INFO', status: 481 },
  ]
  test.each(requests)('$method is answered $status', async ({ method, status }) => {
    const call = bench.call({ method, body: null })
    const answer = await refused(call)
    expect(answer.status).toBe(status)
    if ([405, 501].includes(status))
      expect(allowOf(answer)).toEqual(expect.arrayContaining(['INVITE', 'CANCEL', 'BYE']))
  })

  test('OPTIONS is answered 200 with what we can do', async () => {
    const answer = await refused(bench.call({ method: 'OPTIONS', body: null }))
    expect([answer.status, header(answer, 'accept')]).toEqual([
      200,
      'application/sdp, multipart/mixed, multipart/alternative, multipart/related',
    ])
    expect(allowOf(answer)).toContain('INVITE')
  })

  test.each(['INVITE', 'BYE', 'OPTIONS', 'INFO'])(
    '%s with a To tag of no dialog of ours is answered 481 (RFC 3261 §12.2.2)',
    async method => {
      const to = '<sip:+15550100@127.0.0.1>;tag=of-nobody'
      expect((await refused(bench.call({ method, to }))).status).toBe(481)
      expect(bench.calls.arrivals).toEqual([])
    },
  )

  test('a CANCEL of nothing is answered 481 (RFC 3261 §9.2)', async () => {
    const call = bench.call()
    await call.cancel()
    expect((await bench.phone.response(481, 'CANCEL')).status).toBe(481)
  })
})

describe('a stranger', () => {
  beforeEach(() => {
    bench.directory.trunk = undefined
  })

  test.each(['INVITE', 'OPTIONS', 'REGISTER', 'BYE'])(
    'is answered 403 to %s, whoever they ask for',
    async method => {
      const answers = [bench.call({ method }), bench.call({ method, uri: 'sip:+15550111@127.0.0.1' })].map(
        refused,
      )
      expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([403, 403])
      expect(bench.counter.of('stranger')).toBe(2)
    },
  )

  test('leaves nothing behind: no timer, no transaction, no call', async () => {
    await overTcp()
    bench.directory.trunk = undefined
    for (let time = 0; time < 20; time++) await bench.call().invite()
    for (let time = 0; time < 5; time++) await bench.call().cancel()
    await bench.phone.ping()
    expect(bench.clock.pending()).toBe(0)
    expect(bench.calls.arrivals).toEqual([])
    expect(bench.phone.log()).toEqual([...Array(20).fill('403 INVITE'), ...Array(5).fill('403 CANCEL')])
  })

  test('gets the same To tag when they ask again (RFC 3261 §8.2.7)', async () => {
    const call = bench.call()
    const first = await refused(call)
    const second = await refused(call)
    expect(toTagOf(second)).toBe(toTagOf(first))
  })

  test('cannot speak in a dialog that they only guess', async () => {
    const to = '<sip:+15550100@127.0.0.1>;tag=guessed'
    expect((await refused(bench.call({ method: 'BYE', to }))).status).toBe(403)
  })
})

describe('a flood', () => {
  test('of INVITEs from one trunk is held at a limit, and what is too much gets 503 without state', async () => {
    const gate = createGate()
    bench.directory.before.findNumber = () => gate.opened
    const calls = Array.from({ length: limits.arrivalsOfTrunk + 20 }, () => bench.call())
    for (const call of calls) {
      await call.invite()
      await bench.phone.ping()
    }
    const late = await Promise.all(calls.slice(limits.arrivalsOfTrunk).map(call => call.answered()))
    expect(late.every(({ status }) => status === 503)).toBe(true)
    expect(late.every(answer => header(answer, 'retry-after') === '5')).toBe(true)
    expect(bench.counter.of('overload')).toBe(20)
    gate.open()
    await bench.settle()
    expect(bench.calls.arrivals).toHaveLength(limits.arrivalsOfTrunk)
  })

  test('does not shut out another trunk', async () => {
    const gate = createGate()
    bench.directory.before.findNumber = () => gate.opened
    for (let time = 0; time < limits.arrivalsOfTrunk; time++) {
      await bench.call().invite()
      await bench.phone.ping()
    }
    bench.directory.trunk = { ...createTestTrunk(), id: 'trunk-2' }
    const call = bench.call()
    await call.invite()
    gate.open()
    await bench.settle()
    expect(bench.calls.arrivals).toHaveLength(limits.arrivalsOfTrunk + 1)
  })

  test('while the trunks cannot be told does not pile up', async () => {
    await overTcp()
    const gate = createGate()
    bench.directory.before.trunkAt = () => gate.opened
    for (let time = 0; time < limits.unplaced + 50; time++) await bench.call().invite()
    await expect.poll(() => bench.counter.of('overload')).toBe(50)
    expect(bench.clock.pending()).toBe(0)
    gate.open()
  })
})
