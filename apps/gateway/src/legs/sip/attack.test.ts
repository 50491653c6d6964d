import { once } from 'node:events'
import { connect } from 'node:net'
import type { SipMessage, SipResponse } from '@ringdown/sip'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { bearable, rates } from './defence/defence.rules.ts'
import { createTestTrunk } from './doubles.ts'
import { createTestBench, type TestBench } from './test-bench.ts'
import type { Transport } from './test-phone.ts'

let bench: TestBench
beforeEach(async () => {
  bench = await createTestBench()
})
afterEach(() => bench.close())

async function strangerOver(transport: Transport): Promise<void> {
  await bench.close()
  bench = await createTestBench({ transport })
  bench.directory.trunk = undefined
}

async function refused(uri: string): Promise<SipResponse> {
  const call = bench.call({ uri })
  await call.invite()
  return call.answered()
}

/** Asks as often as it takes to be banned. */
async function provokeBan(): Promise<void> {
  for (let time = 0; time < bearable.stranger.count; time++) await refused('sip:+15550111@127.0.0.1')
}

/** Everything of an answer that is not repeated from the question. */
function words({ status, reason, headers, body }: SipResponse) {
  const repeated = new Set(['via', 'from', 'to', 'call-id', 'cseq'])
  const own = headers.filter(({ name }) => !repeated.has(name.toLowerCase()))
  return { status, reason, own, body: body.length, names: headers.map(({ name }) => name) }
}

describe('a stranger', () => {
  beforeEach(() => strangerOver('udp'))

  test('hears the same words whether a number exists or not, in the same breath: nothing is looked up', async () => {
    let asked = 0
    bench.directory.before.findNumber = async () => {
      asked += 1
    }
    const [ours, others, nobodys] = await Promise.all(
      ['sip:+15550100@127.0.0.1', 'sip:+15550199@127.0.0.1', 'sip:+15550111@127.0.0.1'].map(refused),
    )
    expect(words(ours!)).toEqual(words(nobodys!))
    expect(words(others!)).toEqual(words(nobodys!))
    expect(asked).toBe(0)
  })

  test('who asks too often is not answered any more, and is told of once', async () => {
    await provokeBan()
    expect(bench.directory.bans).toEqual([
      { address: '127.0.0.1', what: 'stranger', seconds: 600, isProven: false },
    ])
    const before = bench.phone.received.length
    await bench.call().invite()
    await expect.poll(() => bench.counter.of('banned')).toBe(1)
    expect(bench.phone.received).toHaveLength(before)
    expect(bench.clock.pending()).toBe(0)
  })

  test('who sends what is no SIP at all is banned for it', async () => {
    for (let time = 0; time < bearable.malformed.count; time++) await bench.phone.send('GET / SIP/2.0\n\n')
    await expect.poll(() => bench.directory.bans.map(({ what }) => what)).toEqual(['malformed'])
  })

  test('is heard again when the ban is over, and at once when the address becomes a trunk’s', async () => {
    await provokeBan()
    bench.directory.trunk = createTestTrunk()
    await bench.ring()
    bench.directory.trunk = undefined
    bench.clock.advance(600_000)
    expect((await refused('sip:+15550100@127.0.0.1')).status).toBe(403)
  })
})

describe('a stranger over a connection', () => {
  beforeEach(() => strangerOver('tcp'))

  test('loses it with the ban, and gets no other', async () => {
    const connection = await bench.phone.connection()
    const closed = once(connection, 'close')
    for (let time = 0; time < bearable.stranger.count + 10; time++) await bench.call().invite()
    await closed
    expect(bench.directory.bans).toMatchObject([{ what: 'stranger', isProven: true }])
    expect(bench.counter.of('stranger')).toBe(bearable.stranger.count)
    const another = connect(bench.port, '127.0.0.1')
    await once(
      another.on('error', () => {}),
      'close',
    )
    expect(another.bytesRead).toBe(0)
  })
})

describe('a trunk', () => {
  test('is limited by no stranger’s bucket, and what comes in its name brings no ban', async () => {
    const many = rates.stranger.messages.burst + 50
    for (let time = 0; time < many; time++) await bench.phone.send('GET / SIP/2.0\n\n')
    await bench.ring()
    expect(bench.counter.of('malformed')).toBe(many)
    expect(bench.directory.bans).toEqual([])
  })

  test('whose calls go on from an address that is not its own is heard there: it knows the dialog', async () => {
    const talking = await bench.talk()
    bench.directory.trunk = undefined
    const isBye = (m: SipMessage) => m.kind === 'response' && m.status === 200
    await talking.call.request('INFO')
    await bench.phone.next(isBye)
    await provokeBan()
    expect(bench.directory.bans).toEqual([])
    await talking.call.request('BYE')
    expect((await bench.phone.response(200, 'BYE')).status).toBe(200)
  })
})
