import { header } from '@ringdown/sip'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { LegEndCause } from '../../leg.port.ts'
import { sdp } from '../test-call.ts'
import type { TestPhone } from '../test-phone.ts'
import type { OutgoingTarget } from './outgoing.port.ts'
import { createTestBench, type TestBench } from './test-bench.ts'
import { TestFarEnd } from './test-far-end.ts'

let bench: TestBench
beforeEach(async () => {
  bench = await createTestBench()
})
afterEach(() => bench.close())

describe('a call of ours', () => {
  test('is an INVITE as planned, whose offer names the port that was opened', async () => {
    const { farEnd, media } = await bench.call({ headers: [{ name: 'Privacy', value: 'id' }] })
    const { invite } = farEnd
    expect(header(invite, 'from')).toContain('<sip:+15550100@ringdown.test>;tag=ours')
    expect(header(invite, 'privacy')).toBe('id')
    expect(header(invite, 'contact')).toBe(`<sip:ringdown@127.0.0.1:${bench.port}>`)
    expect(header(invite, 'supported')).toBe('timer, 100rel')
    expect(header(invite, 'allow')).toBe('INVITE, ACK, BYE, CANCEL, OPTIONS, INFO, UPDATE, PRACK')
    expect(Buffer.from(invite.body).toString()).toContain(`m=audio ${media.local?.port} `)
  })

  test('rings, is answered, acknowledged and told (RFC 3261 §13.2.2.4)', async () => {
    const { farEnd } = await bench.call()
    await farEnd.ring()
    await farEnd.answer({ body: sdp({ codecs: '8', port: 30_008 }) })
    await farEnd.next('ACK')
    await bench.settle()
    expect(bench.told()).toEqual(['rings', 'answered'])
    expect(bench.media.settings('update rtp')).toMatchObject([
      { codec: 'PCMA', remote: { address: '127.0.0.1', port: 30_008 }, peerHolds: false },
    ])
  })

  test('is told to ring once, however often it is said', async () => {
    const { farEnd } = await bench.call()
    await farEnd.ring()
    await farEnd.ring()
    await farEnd.say(181)
    await bench.settle()
    expect(bench.told()).toEqual(['rings'])
  })

  test('has early media, which is heard before it is told (RFC 3960 §3)', async () => {
    const { farEnd } = await bench.call()
    await farEnd.ring()
    await farEnd.say(183, { body: sdp({ codecs: '0', port: 30_004 }) })
    await bench.settle()
    expect(bench.told()).toEqual(['rings', 'early media'])
    expect(bench.media.settings('update rtp')).toMatchObject([{ remote: { port: 30_004 } }])
  })

  test('acknowledges a reliable 183 with PRACK (RFC 3262 §4)', async () => {
    const { farEnd } = await bench.call()
    await farEnd.say(183, { body: sdp(), headers: ['Require: 100rel', 'RSeq: 7'] })
    const prack = await farEnd.next('PRACK')
    expect(header(prack, 'rack')).toBe('7 1 INVITE')
    await farEnd.reply(prack, 200)
    await farEnd.answer({})
    await farEnd.next('ACK')
    await bench.settle()
    expect(bench.told()).toEqual(['early media', 'answered'])
  })

  test('hears the far end of a fork that spoke last, and ends the second that answers (RFC 3261 §13.2.2.4)', async () => {
    const { farEnd } = await bench.call()
    await farEnd.say(183, { tag: 'one', body: sdp({ port: 30_004 }) })
    await farEnd.say(183, { tag: 'two', body: sdp({ port: 30_006 }) })
    await farEnd.answer({ tag: 'one', body: sdp({ port: 30_004 }) })
    expect(header(await farEnd.next('ACK'), 'to')).toContain('tag=one')
    await farEnd.answer({ tag: 'two' })
    expect(header(await farEnd.next('ACK'), 'to')).toContain('tag=two')
    expect(header(await farEnd.takesBye(), 'to')).toContain('tag=two')
    await bench.settle()
    expect(bench.told()).toEqual(['early media', 'answered'])
    expect(bench.media.settings('update rtp').map(({ remote }) => remote.port)).toEqual([
      30_004, 30_006, 30_004,
    ])
  })

  test('goes where a 302 says, as often as the plan allows (RFC 3261 §8.1.3.4)', async () => {
    const other = await bench.openPhone()
    const { farEnd } = await bench.call({ redirects: 1 })
    await farEnd.say(302, { headers: [`Contact: <sip:else@127.0.0.1:${other.port}>`] })
    const moved = await TestFarEnd.rung(other)
    expect(moved.invite.uri).toBe(`sip:else@127.0.0.1:${other.port}`)
    await moved.say(302, { headers: ['Contact: <sip:third@127.0.0.1>'] })
    await bench.settle()
    expect(bench.told()).toEqual(['carrier failed'])
  })

  test('answered with nothing that we speak, it is acknowledged and ended', async () => {
    const { farEnd } = await bench.call()
    await farEnd.answer({ body: sdp({ codecs: '18' }) })
    await farEnd.next('ACK')
    await farEnd.takesBye()
    await bench.settle()
    expect(bench.told()).toEqual(['carrier failed'])
  })

  test.each<[status: number, cause: LegEndCause]>([
    [486, 'busy'],
    [480, 'no answer'],
    [404, 'no such number'],
    [603, 'declined'],
    [500, 'carrier failed'],
    [503, 'carrier failed'],
  ])('a %i ends it with: %s', async (status, cause) => {
    const { farEnd, record } = await bench.call()
    await farEnd.say(status)
    await farEnd.next('ACK')
    await bench.settle()
    expect(bench.told()).toEqual([cause])
    await expect(bench.driver().untilTold(record.leg)).resolves.toBeUndefined()
    expect(bench.driver().callsOf('trunk-1')).toBe(0)
  })

  test('is given up when nobody answers in time: CANCEL, and 487 is the end (RFC 3261 §9.1)', async () => {
    const { farEnd, record } = await bench.call({ ringLimitMs: 20_000 })
    await farEnd.ring()
    await bench.settle()
    bench.clock.advance(20_000)
    const cancel = await farEnd.next('CANCEL')
    expect(bench.told()).toEqual(['rings', 'no answer'])
    await farEnd.reply(cancel, 200)
    await farEnd.say(487)
    await expect(bench.driver().untilTold(record.leg)).resolves.toBeUndefined()
  })
})

test('a telephone that is cancelled because another was picked up is told so (RFC 3326 §2)', async () => {
  const { farEnd, record } = await bench.call()
  await farEnd.ring()
  const ending = { result: 'completed', reason: 'hung-up-by-operator' } as const
  await bench.driver().hangUp({ leg: record.leg, ending, isAnsweredElsewhere: true })
  expect(header(await farEnd.next('CANCEL'), 'reason')).toBe('SIP;cause=200;text="Call completed elsewhere"')
})

describe('the next host', () => {
  const bothTargets = ({ port }: { port: number }) => [
    ...bench.planOf().targets,
    { uri: `sip:+15550123@127.0.0.1:${port}`, routes: [], credentialsFor: null },
  ]

  async function twoHosts() {
    const second = await bench.openPhone()
    return { second, called: await bench.call({ targets: bothTargets(second) }) }
  }

  test('is called after a 503, as the same call (RFC 3263 §4.3)', async () => {
    const { second, called } = await twoHosts()
    await called.farEnd.say(503)
    const other = await TestFarEnd.rung(second)
    expect(header(other.invite, 'call-id')).toBe(header(called.farEnd.invite, 'call-id'))
    expect(header(other.invite, 'cseq')).toBe('2 INVITE')
    await other.answer()
    await other.next('ACK')
    await bench.settle()
    expect(bench.told()).toEqual(['answered'])
  })

  test('is called when the first says nothing at all for 6 s (RFC 3263 §4.3)', async () => {
    const { second } = await twoHosts()
    bench.clock.advance(6_000)
    const other = await TestFarEnd.rung(second)
    await other.ring()
    await bench.settle()
    expect(bench.told()).toEqual(['rings'])
  })

  test('leaves the one that was silent cancelled, when it wakes (RFC 3261 §9.1)', async () => {
    const { second, called } = await twoHosts()
    bench.clock.advance(6_000)
    const other = await TestFarEnd.rung(second)
    await called.farEnd.say(100)
    await called.farEnd.next('CANCEL')
    await called.farEnd.say(487)
    await other.answer()
    await other.next('ACK')
    await bench.settle()
    expect(bench.told()).toEqual(['answered'])
  })

  test('is not called while the first is at work on it', async () => {
    const { second, called } = await twoHosts()
    await called.farEnd.say(100)
    await bench.settle()
    bench.clock.advance(31_000)
    await bench.settle()
    await called.farEnd.answer()
    await called.farEnd.next('ACK')
    await bench.settle()
    expect(bench.told()).toEqual(['answered'])
    expect(second.log()).toEqual([])
  })

  test.each([
    { title: 'for a while, after the first failed', headers: [], ms: 30_000 },
    { title: 'for as long as a 503 asks (RFC 3261 §21.5.4)', headers: ['Retry-After: 120'], ms: 120_000 },
  ])('is called first $title', async ({ headers, ms }) => {
    const { second, called } = await twoHosts()
    await called.farEnd.say(503, { headers })
    await (await TestFarEnd.rung(second)).say(486)
    await bench.settle()
    const callAgain = async (phone: TestPhone) => {
      await bench.dial(await bench.prepare({ targets: bothTargets(second) }))
      await (await TestFarEnd.rung(phone)).say(486)
      await bench.settle()
    }
    bench.clock.advance(ms - 1)
    await callAgain(second)
    bench.clock.advance(1)
    await callAgain(bench.phone)
    expect(bench.told()).toEqual(['busy', 'busy', 'busy'])
  })

  test('that was to be the last hope, and answers, is as good as any other again', async () => {
    const { second, called } = await twoHosts()
    const call = async (targets: OutgoingTarget[]) => bench.dial(await bench.prepare({ targets }))
    await called.farEnd.say(503)
    await (await TestFarEnd.rung(second)).say(486)
    await bench.settle()
    await call(bothTargets(second))
    await (await TestFarEnd.rung(second)).say(503)
    await (await TestFarEnd.rung(bench.phone)).say(486)
    await bench.settle()
    await call(bothTargets(second).toReversed())
    await (await TestFarEnd.rung(bench.phone)).say(486)
    await bench.settle()
    expect(bench.told()).toEqual(['busy', 'busy', 'busy'])
  })

  test('is not called once somebody rang', async () => {
    const { called } = await twoHosts()
    await called.farEnd.ring()
    await called.farEnd.say(503)
    await bench.settle()
    expect(bench.told()).toEqual(['rings', 'carrier failed'])
  })

  test('that is missing leaves the call unreachable', async () => {
    await bench.call()
    bench.clock.advance(32_000)
    await bench.settle()
    expect(bench.told()).toEqual(['unreachable'])
  })
})

describe('credentials (RFC 3261 §22)', () => {
  const challenge = (name: string) => `${name}: Digest realm="carrier", nonce="n1", qop="auth", algorithm=MD5`
  beforeEach(() => {
    bench.credentials.set('trunk-1', { username: 'account', password: 'secret', realm: null })
  })

  test.each([
    { status: 401, asks: 'WWW-Authenticate', shows: 'authorization' },
    { status: 407, asks: 'Proxy-Authenticate', shows: 'proxy-authorization' },
  ])('are shown to a $status, with the next CSeq, and again in the ACK', async ({ status, asks, shows }) => {
    const { farEnd } = await bench.call()
    await farEnd.say(status, { headers: [challenge(asks)] })
    const again = await TestFarEnd.rung(bench.phone)
    expect(header(again.invite, 'cseq')).toBe('2 INVITE')
    const shown = header(again.invite, shows)
    expect(shown).toMatch(/^Digest username="account", realm="carrier".*qop=auth, nc=00000001/)
    await again.answer()
    expect(header(await again.next('ACK'), 'cseq')).toBe('1 ACK')
    expect(header(await again.next('ACK'), shows)).toBe(shown)
    await bench.settle()
    expect(bench.told()).toEqual(['answered'])
  })

  test('that are refused end the call', async () => {
    const { farEnd } = await bench.call()
    await farEnd.say(401, { headers: [challenge('WWW-Authenticate')] })
    const again = await TestFarEnd.rung(bench.phone)
    await again.say(401, { headers: [challenge('WWW-Authenticate').replace('n1', 'n2')] })
    await bench.settle()
    expect(bench.told()).toEqual(['credentials refused'])
  })

  test('are shown to no host that they are not for', async () => {
    const other = await bench.openPhone()
    const { farEnd } = await bench.call({ redirects: 1 })
    await farEnd.say(302, { headers: [`Contact: <sip:else@127.0.0.1:${other.port}>`] })
    const moved = await TestFarEnd.rung(other)
    await moved.say(401, { headers: [challenge('WWW-Authenticate')] })
    await bench.settle()
    expect(bench.told()).toEqual(['credentials refused'])
    expect(other.log()).toEqual(['INVITE', 'ACK'])
  })

  test('are shown to no realm but their own', async () => {
    bench.credentials.set('trunk-1', { username: 'account', password: 'secret', realm: 'elsewhere' })
    const { farEnd } = await bench.call()
    await farEnd.say(401, { headers: [challenge('WWW-Authenticate')] })
    await bench.settle()
    expect(bench.told()).toEqual(['credentials refused'])
  })
})
