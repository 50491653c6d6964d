import { createRequest, type Flow, header } from '@ringdown/sip'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createTestStats } from '../doubles.ts'
import { limits } from '../limits.rules.ts'
import { sdp } from '../test-call.ts'
import { createTestBench, type TestBench } from './test-bench.ts'

let bench: TestBench
beforeEach(async () => {
  bench = await createTestBench()
})
afterEach(() => bench.close())

const bodyOf = (message: { body: Uint8Array }) => Buffer.from(message.body).toString()

describe('the far end of a call of ours', () => {
  test('hangs up: its BYE is answered when that stands in the journal', async () => {
    const { farEnd } = await bench.talk()
    const order: string[] = []
    bench.beforeReports(async () => void order.push('journal'))
    const answer = await farEnd.request('BYE')
    order.push(String(answer.status))
    expect(order).toEqual(['journal', '200'])
    expect(bench.told()).toEqual(['answered', 'far end hung up'])
  })

  test.each(['INVITE', 'UPDATE'])('holds and comes back by %s (RFC 3264 §8.4)', async method => {
    const { farEnd } = await bench.talk()
    const held = await farEnd.request(method, { body: sdp({ codecs: '0', direction: 'sendonly' }) })
    expect(bodyOf(held)).toContain('a=recvonly')
    expect(bodyOf(held)).toMatch(/o=\S+ 4711 2 /)
    expect(bench.media.settings('update rtp').at(-1)).toMatchObject({ peerHolds: true })
    await farEnd.request(method, { body: sdp({ codecs: '0', direction: 'inactive', address: '0.0.0.0' }) })
    expect(bench.media.settings('update rtp').at(-1)).toMatchObject({
      peerHolds: true,
      remote: { address: '127.0.0.1', port: 30_000 },
    })
    const back = await farEnd.request(method, { body: sdp({ codecs: '0' }) })
    expect(bodyOf(back)).toMatch(/o=\S+ 4711 4 /)
    expect(bench.media.settings('update rtp').at(-1)).toMatchObject({ peerHolds: false })
  })

  test('is offered audio where it asks for an offer (RFC 3261 §14.2)', async () => {
    const { farEnd, media } = await bench.talk()
    const offer = await farEnd.request('INVITE')
    expect(bodyOf(offer)).toContain(`m=audio ${media.local?.port} `)
  })

  test('keeps what was agreed when it offers nothing that we speak', async () => {
    const { farEnd } = await bench.talk()
    const refused = await farEnd.request('INVITE', { body: sdp({ codecs: '18' }) })
    expect(refused.status).toBe(488)
    expect(header(refused, 'warning')).toContain('305')
  })

  test.each([
    { method: 'OPTIONS', headers: [], status: 200 },
    { method: 'INFO', headers: [], status: 200 },
    { method: 'REFER', headers: ['Refer-To: <sip:else@127.0.0.1>'], status: 603 },
    { method: 'MESSAGE', headers: [], status: 405 },
  ])('gets $status to its $method', async ({ method, headers, status }) => {
    const { farEnd } = await bench.talk()
    expect((await farEnd.request(method, { headers })).status).toBe(status)
  })

  test('refreshes its session (RFC 4028 §9)', async () => {
    const { farEnd } = await bench.talk()
    const headers = ['Supported: timer', 'Session-Expires: 1800;refresher=uac']
    const answer = await farEnd.request('UPDATE', { headers })
    expect(header(answer, 'session-expires')).toBe('1800;refresher=uac')
    bench.clock.advance(1_800_000)
    await farEnd.takesBye()
    await bench.settle()
    expect(bench.told()).toEqual(['answered', 'unreachable'])
  })

  test.each([
    ['leaves that to us', ['Session-Expires: 1800;refresher=uac', 'Supported: timer']],
    ['knows of no timers', []],
  ])('is asked for a session timer, and refreshed by us where it %s (RFC 4028 §7)', async (_, says) => {
    const { farEnd } = await bench.call()
    const asked = ['session-expires', 'min-se'].map(name => header(farEnd.invite, name))
    expect(asked).toEqual(['1800', '90'])
    expect(header(farEnd.invite, 'supported')).toContain('timer')
    const agrees = [...says, 'Allow: INVITE, ACK, BYE, UPDATE']
    await farEnd.answer({ headers: agrees })
    await farEnd.next('ACK')
    await bench.settle()
    for (let time = 0; time < 2; time++) {
      bench.clock.advance(900_000)
      const refresh = await farEnd.next('UPDATE')
      expect(header(refresh, 'session-expires')).toBe('1800;refresher=uac')
      await farEnd.reply(refresh, 200, { headers: agrees })
      await bench.settle()
    }
    expect(bench.told()).toEqual(['answered'])
  })

  test('that vanished without BYE is noticed by the refresh that nobody answers (RFC 4028 §10)', async () => {
    const { farEnd } = await bench.call()
    await farEnd.answer({ headers: ['Session-Expires: 1800;refresher=uac', 'Allow: UPDATE'] })
    await farEnd.next('ACK')
    await bench.settle()
    bench.clock.advance(900_000)
    await farEnd.next('UPDATE')
    bench.clock.advance(32_000)
    await farEnd.takesBye()
    await bench.settle()
    expect(bench.told()).toEqual(['answered', 'unreachable'])
  })

  test('of whom nothing is heard is asked whether it is there, and given up when it is not', async () => {
    const { farEnd, media } = await bench.talk()
    const stats = createTestStats(limits.silentMs)
    bench.media.emit({
      type: 'silent',
      endpoint: media.endpoint,
      silentForMs: limits.silentMs,
      stats,
    } as never)
    const asked = await farEnd.next('OPTIONS')
    await farEnd.reply(asked, 481)
    await farEnd.takesBye()
    await bench.settle()
    expect(bench.told()).toEqual(['answered', 'unreachable'])
  })

  test('is told where its audio is when a worker brings it back on another port (RFC 3264 §8.3.1)', async () => {
    const { farEnd, media, record } = await bench.talk()
    bench.media.crash()
    bench.media.comeBack()
    const { leg, call } = record
    const opened = await bench.driver().openMedia({ leg, call, endpoint: media.endpoint, worker: 0 })
    const again = await farEnd.next('INVITE')
    const port = opened.type === 'open' ? opened.media.local?.port : undefined
    expect(bodyOf(again)).toContain(`m=audio ${port} `)
    expect(bench.media.settings('open rtp').at(-1)).toMatchObject({ remote: { port: 30_000 } })
    await farEnd.reply(again, 200, { body: sdp({ codecs: '0' }) })
    await farEnd.next('ACK')
  })
})

describe('we hang up', () => {
  test('a call that talks: BYE', async () => {
    const called = await bench.talk()
    await bench.hangUpOf(called)
    await called.farEnd.takesBye()
    await bench.driver().untilTold(called.record.leg)
    expect(bench.told()).toEqual(['answered'])
    expect(bench.driver().callsOf('trunk-1')).toBe(0)
  })

  test('a call that rings: CANCEL', async () => {
    const called = await bench.call()
    await called.farEnd.ring()
    await bench.settle()
    await bench.hangUpOf(called)
    await called.farEnd.reply(await called.farEnd.next('CANCEL'), 200)
    await called.farEnd.say(487)
    await called.farEnd.next('ACK')
    await bench.driver().untilTold(called.record.leg)
    expect(bench.told()).toEqual(['rings'])
  })

  test('a call of which nothing was heard yet: CANCEL, after its first word (RFC 3261 §9.1)', async () => {
    const called = await bench.call()
    await bench.hangUpOf(called)
    expect(bench.phone.log()).toEqual(['INVITE'])
    await called.farEnd.say(100)
    await called.farEnd.reply(await called.farEnd.next('CANCEL'), 200)
    await called.farEnd.say(487)
    await bench.driver().untilTold(called.record.leg)
    expect(bench.told()).toEqual([])
  })

  test('an answer that crosses our CANCEL is acknowledged and ended (RFC 3261 §9.1)', async () => {
    const called = await bench.call()
    await called.farEnd.ring()
    await bench.settle()
    await bench.hangUpOf(called)
    await called.farEnd.reply(await called.farEnd.next('CANCEL'), 200)
    await called.farEnd.answer()
    await called.farEnd.next('ACK')
    const told = bench.driver().untilTold(called.record.leg)
    await called.farEnd.takesBye()
    await told
    expect(bench.told()).toEqual(['rings'])
  })

  test('a call that was never dialled: nothing', async () => {
    const made = await bench.prepare()
    await bench.hangUpOf(made)
    await bench.driver().untilTold(made.record.leg)
    await bench.settle()
    expect(bench.phone.log()).toEqual([])
    expect(bench.driver().callsOf('trunk-1')).toBe(0)
  })

  test('a call whose INVITE waits until it is stored: it never goes out', async () => {
    const stored = Promise.withResolvers<void>()
    const made = await bench.prepare()
    bench.beforeKeeping(() => stored.promise)
    await bench.dial(made)
    await bench.hangUpOf(made)
    stored.resolve()
    await bench.driver().untilTold(made.record.leg)
    await bench.settle()
    expect(bench.phone.log()).toEqual([])
    expect(bench.told()).toEqual([])
  })

  test('twice, and after the far end did: nothing more', async () => {
    const called = await bench.talk()
    await called.farEnd.request('BYE')
    await bench.hangUpOf(called)
    await bench.hangUpOf(called)
    await bench.settle()
    expect(bench.phone.log().filter(line => line === 'BYE')).toEqual([])
  })

  test('a call that nobody waits for when it is answered', async () => {
    const called = await bench.call()
    bench.calls.closeCall(called.record.call)
    await called.farEnd.answer()
    await called.farEnd.next('ACK')
    await called.farEnd.takesBye()
    await bench.settle()
    expect(bench.told()).toEqual([])
  })
})

describe('a trunk', () => {
  test('has no more calls than it may, in both directions together', async () => {
    bench.trunk.settings.limits = { calls: 1, callsPerSecond: 500 }
    const made = await bench.prepare()
    expect(bench.driver().callsOf('trunk-1')).toBe(1)
    const order = { plan: bench.planOf(), trunk: bench.trunk }
    expect(bench.driver().outgoing.prepare(order)).toEqual({ ok: false, code: 'trunk.full' })
    bench.driver().outgoing.discard(made.record.leg)
    expect(bench.driver().outgoing.prepare(order)).toMatchObject({ ok: true })
  })

  test('has no more calls in a second than it may', async () => {
    bench.trunk.settings.limits = { calls: 100, callsPerSecond: 2 }
    const order = () => bench.driver().outgoing.prepare({ plan: bench.planOf(), trunk: bench.trunk }).ok
    expect([order(), order(), order()]).toEqual([true, true, false])
    bench.clock.advance(500)
    expect(order()).toBe(true)
  })
})

test('an answer to nothing of ours gets nothing: its address may be another’s', async () => {
  const stray = createRequest({
    method: 'INVITE',
    uri: 'sip:x@127.0.0.1',
    from: { uri: 'sip:x@127.0.0.1', params: [{ name: 'tag', value: 'x' }] },
    to: { uri: 'sip:y@127.0.0.1', params: [{ name: 'tag', value: 'y' }] },
    callId: 'nobody',
    cseq: 1,
    contact: { uri: `sip:z@127.0.0.1:${bench.phone.port}`, params: [] },
    headers: [{ name: 'Via', value: `SIP/2.0/UDP 127.0.0.1:${bench.port};branch=z9hG4bKnobody` }],
  })
  await bench.phone.send({
    kind: 'response',
    status: 200,
    reason: 'OK',
    headers: stray.headers,
    body: stray.body,
  })
  await bench.settle()
  expect(bench.phone.log()).toEqual([])
})

test('everything of a phone’s call goes where it registered (RFC 5626 §5.3)', async () => {
  const flow: Flow = { transport: 'udp', address: '127.0.0.1', port: bench.phone.port }
  const called = await bench.call({
    flow,
    targets: [{ uri: 'sip:desk@192.0.2.7', routes: [], credentialsFor: null }],
  })
  await called.farEnd.answer({ contact: '<sip:desk@192.0.2.7>' })
  expect((await called.farEnd.next('ACK')).uri).toBe('sip:desk@192.0.2.7')
  await bench.settle()
  await bench.hangUpOf(called)
  await called.farEnd.takesBye()
})
