import { decodeUtf8, header, parseSdp, type SipMessage } from '@ringdown/sip'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createTestBench, type TestBench } from '../test-bench.ts'
import { sdp, toTagOf } from '../test-call.ts'

let bench: TestBench
beforeEach(async () => {
  bench = await createTestBench()
})
afterEach(() => bench.close())

const versionOf = (message: SipMessage): number => {
  const parsed = parseSdp(message.body)
  return parsed.ok ? Number(parsed.session.origin.sessionVersion) : Number.NaN
}

describe('a control that takes up a call that rings', () => {
  test('finds it again when the INVITE is retransmitted: no second call', async () => {
    const ringing = await bench.ring()
    await bench.restart({ ringing, answered: false })
    await ringing.call.invite()
    await bench.settle()
    expect(bench.calls.arrivals).toHaveLength(1)
    expect(bench.phone.log()).toEqual(['100 INVITE'])
  })

  test('answers it, and the answer is repeated until the ACK', async () => {
    const ringing = await bench.ring()
    await bench.restart({ ringing, answered: false })
    const answer = await bench.answer(ringing)
    bench.clock.advance(500)
    expect(await ringing.call.answered()).toEqual(answer)
    await ringing.call.ack(answer)
    await bench.settle()
    expect(bench.calls.told).toMatchObject([{ type: 'answered' }])
  })

  test('hears its CANCEL', async () => {
    const ringing = await bench.ring()
    await bench.restart({ ringing, answered: false })
    await ringing.call.cancel()
    expect((await ringing.call.answered()).status).toBe(487)
    await bench.settle()
    expect(bench.ended()).toEqual(['far end hung up'])
  })

  test('refuses it with the tag that it has had from the start', async () => {
    const ringing = await bench.ring()
    await bench.restart({ ringing, answered: false })
    await bench.hangUp(ringing, { result: 'internal', reason: 'wait-limit' })
    const answer = await ringing.call.answered()
    expect([answer.status, toTagOf(answer)]).toEqual([480, JSON.parse(ringing.record.data).localTag])
  })
})

describe('a control that does not know whether the answer arrived', () => {
  test('repeats it with the same tag and the same description', async () => {
    const ringing = await bench.ring()
    const before = await bench.answer(ringing)
    await bench.restart({ ringing, answered: false })
    const media = { worker: 0, endpoint: ringing.endpoint, local: null }
    await bench.driver().answer({ leg: ringing.record.leg, media })
    const after = await ringing.call.answered()
    expect([toTagOf(after), decodeUtf8(after.body)]).toEqual([toTagOf(before), decodeUtf8(before.body)])
    await ringing.call.ack(after)
    await bench.settle()
    expect(bench.calls.told).toMatchObject([{ type: 'answered' }])
  })

  test('takes the ACK of the former answer, and does not answer for ever', async () => {
    const ringing = await bench.ring()
    const before = await bench.answer(ringing)
    await bench.restart({ ringing, answered: false })
    await ringing.call.ack(before)
    await bench.settle()
    expect(bench.calls.told).toMatchObject([{ type: 'answered' }])
    const media = { worker: 0, endpoint: ringing.endpoint, local: null }
    await bench.driver().answer({ leg: ringing.record.leg, media })
    await ringing.call.ack(await ringing.call.answered())
    await bench.settle()
    expect(bench.calls.told).toHaveLength(1)
  })

  test('takes a BYE, and lets go of the INVITE', async () => {
    const ringing = await bench.ring()
    const before = await bench.answer(ringing)
    await bench.restart({ ringing, answered: false })
    await ringing.call.ack(before)
    await ringing.call.request('BYE')
    await bench.phone.response(200, 'BYE')
    await bench.settle()
    expect(bench.ended()).toEqual(['far end hung up'])
  })

  test('hangs up both ways: as if it had arrived, and as if it had not', async () => {
    const ringing = await bench.ring()
    ringing.call.answer = await bench.answer(ringing)
    await bench.restart({ ringing, answered: false })
    await bench.hangUp(ringing, { result: 'internal', reason: 'shutdown' })
    expect((await ringing.call.next('BYE')).method).toBe('BYE')
    expect((await ringing.call.answered()).status).toBe(503)
  })
})

describe('a control that takes up people who talk', () => {
  test('hears the BYE of the far end', async () => {
    const ringing = await bench.talk()
    await bench.restart({ ringing, answered: true })
    await ringing.call.request('BYE')
    await bench.phone.response(200, 'BYE')
    expect(bench.ended()).toEqual(['far end hung up'])
  })

  test('says BYE itself, numbered above everything the former control said', async () => {
    const ringing = await bench.talk()
    bench.media.emit({ type: 'silent', endpoint: ringing.endpoint })
    const probe = await ringing.call.next('OPTIONS')
    await bench.phone.answer(probe, 200)
    await bench.settle()
    bench.clock.advance(2_000)
    await bench.restart({ ringing, answered: true })
    await bench.hangUp(ringing)
    const bye = await ringing.call.next('BYE')
    const number = (message: SipMessage) => Number.parseInt(header(message, 'cseq') ?? '', 10)
    expect(number(bye)).toBeGreaterThan(number(probe))
    expect(header(bye, 'from')).toContain(toTagOf(ringing.call.answer!)!)
  })

  test('what it says before it listens goes out when it does, from the port it listens on', async () => {
    const ringing = await bench.talk()
    await bench.kill()
    bench.driver().restore(ringing.record, { answered: true })
    await bench.hangUp(ringing)
    await bench.listen()
    const bye = await ringing.call.next('BYE')
    expect(header(bye, 'via')).toContain(`127.0.0.1:${bench.port}`)
  })

  test('refuses before it listens, and the refusal goes out when it does', async () => {
    const ringing = await bench.ring()
    await bench.kill()
    bench.driver().restore(ringing.record, { answered: false })
    await bench.hangUp(ringing, { result: 'internal', reason: 'shutdown' })
    await bench.listen()
    expect((await ringing.call.answered()).status).toBe(503)
  })

  test('makes no second call of an INVITE that the network brings once more', async () => {
    const ringing = await bench.talk()
    await bench.restart({ ringing, answered: true })
    await ringing.call.invite()
    await bench.settle()
    expect(bench.calls.arrivals).toHaveLength(1)
    expect(bench.phone.log()).not.toContain('100 INVITE')
  })

  test('holds and resumes: with the codec of the call, and numbered above what nobody wrote down', async () => {
    const ringing = await bench.talk({ body: sdp({ codecs: '8 101' }) })
    await bench.restart({ ringing, answered: true })
    const versions: number[] = [versionOf(ringing.call.answer!)]
    for (const direction of ['sendonly', 'sendrecv']) {
      await ringing.call.request('INVITE', { body: sdp({ codecs: '0 8 101', direction }) })
      const answer = await ringing.call.answered()
      await ringing.call.ack(answer)
      versions.push(versionOf(answer))
    }
    expect(versions[1]).toBeGreaterThan(1_000)
    expect(versions[2]).toBe(versions[1]! + 1)
    expect(bench.media.settings('update rtp')).toMatchObject([
      { codec: 'PCMA', peerHolds: true },
      { codec: 'PCMA', peerHolds: false },
    ])
  })

  test('knows what a re-INVITE changed: where the audio goes, and where requests do (RFC 3261 §12.2.2)', async () => {
    const ringing = await bench.talk()
    const elsewhere = await bench.openPhone()
    ringing.call.options.contact = `sip:caller@127.0.0.1:${elsewhere.port}`
    await ringing.call.request('INVITE', { body: sdp({ codecs: '8 101', port: 30_002 }) })
    await ringing.call.ack(await ringing.call.answered())
    await bench.settle()
    const record = { ...ringing.record, data: bench.kept.get(ringing.record.leg)! }
    const known = { ...ringing, record }
    await bench.restart({ ringing: known, answered: true })
    await bench.openMedia(known)
    expect(bench.media.settings('open rtp').at(-1)).toMatchObject({
      codec: 'PCMA',
      remote: { address: '127.0.0.1', port: 30_002 },
    })
    await bench.hangUp(known)
    await elsewhere.next(message => message.kind === 'request' && message.method === 'BYE')
  })

  test('has nothing to keep of a re-INVITE that changes nothing (RFC 4028 §10)', async () => {
    const ringing = await bench.talk()
    await ringing.call.request('INVITE', { body: sdp() })
    await ringing.call.ack(await ringing.call.answered())
    await bench.settle()
    expect(bench.kept.size).toBe(0)
  })

  test('asks a silent caller whether they are there', async () => {
    const ringing = await bench.talk()
    await bench.restart({ ringing, answered: true })
    bench.media.emit({ type: 'silent', endpoint: ringing.endpoint })
    await bench.phone.answer(await ringing.call.next('OPTIONS'), 481)
    await ringing.call.next('BYE')
    expect(bench.ended()).toEqual(['unreachable'])
  })
})

describe('a record', () => {
  test.each([
    ['is no JSON', () => '{'],
    ['is of another version', (data: string) => data.replace('"version":1', '"version":9')],
    ['holds no INVITE', (data: string) => JSON.stringify({ ...JSON.parse(data), transaction: {} })],
    ['holds a broken INVITE', (data: string) => data.replace('INVITE sip:', 'INVITE ')],
  ])('that %s is passed over, and harms nothing', async (_, spoil) => {
    const { record } = await bench.ring()
    await bench.kill()
    bench.driver().restore({ ...record, data: spoil(record.data) })
    await bench.listen()
    expect(await bench.driver().openMedia({ ...record, endpoint: 'caller', worker: 0 })).toMatchObject({
      type: 'failed',
    })
  })
})

describe('settled', () => {
  test('resolves at once when nothing is under way', async () => {
    await bench.talk()
    await expect(bench.driver().settled(1_000)).resolves.toBeUndefined()
  })

  test('waits for the answer to BYE', async () => {
    const talking = await bench.talk()
    await bench.hangUp(talking)
    const order: string[] = []
    const settled = bench
      .driver()
      .settled(10_000)
      .then(() => order.push('settled'))
    const bye = await talking.call.next('BYE')
    order.push('BYE')
    await bench.phone.answer(bye, 200)
    await settled
    expect(order).toEqual(['BYE', 'settled'])
  })

  test('waits for the ACK that a BYE waits for', async () => {
    const ringing = await bench.ring()
    const answer = await bench.answer(ringing)
    await bench.hangUp(ringing)
    const settled = bench.driver().settled(10_000)
    await ringing.call.ack(answer)
    await bench.phone.answer(await ringing.call.next('BYE'), 200)
    await expect(settled).resolves.toBeUndefined()
  })

  test('does not wait longer than its limit', async () => {
    const talking = await bench.talk()
    await bench.hangUp(talking)
    const settled = bench.driver().settled(3_000)
    bench.clock.advance(3_000)
    await expect(settled).resolves.toBeUndefined()
  })
})
