import {
  allowOf,
  cseqOf,
  decodeUtf8,
  header,
  parseSdp,
  type SipMessage,
  type SipResponse,
} from '@ringdown/sip'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createTestStats } from '../doubles.ts'
import { limits } from '../limits.rules.ts'
import { createTestBench, type TestBench } from '../test-bench.ts'
import { sdp, toTagOf } from '../test-call.ts'

let bench: TestBench
beforeEach(async () => {
  bench = await createTestBench()
})
afterEach(() => bench.close())

const bodyOf = (message: SipMessage): string => decodeUtf8(message.body)

function described(message: SipMessage) {
  const parsed = parseSdp(message.body)
  if (!parsed.ok) throw new Error(parsed.code)
  const { origin, media } = parsed.session
  const directions = ['sendrecv', 'sendonly', 'recvonly', 'inactive']
  return {
    version: Number(origin.sessionVersion),
    id: origin.sessionId,
    port: media[0]?.port,
    formats: media[0]?.formats,
    direction: media[0]?.attributes.find(({ name }) => directions.includes(name))?.name,
  }
}

/** What we read (RFC 3261 §20.1). */
const bodies = 'application/sdp, multipart/mixed, multipart/alternative, multipart/related'

const answers = (): string[] => bench.phone.log().filter(line => line === '200 INVITE')

describe('the answer to an INVITE', () => {
  test('names our port, the codec and the events that both speak', async () => {
    const answer = await bench.answer(await bench.ring({ body: sdp({ codecs: '8 0 101' }) }))
    expect(described(answer)).toMatchObject({ version: 1, formats: ['0', '101'], direction: 'sendrecv' })
    expect(bodyOf(answer)).toContain('c=IN IP4 127.0.0.1')
    expect(allowOf(answer)).toContain('UPDATE')
    expect(bench.media.settings('open rtp')).toEqual([
      {
        codec: 'PCMU',
        payloadType: 0,
        telephoneEvent: 101,
        remote: { address: '127.0.0.1', port: 30_000 },
        peerHolds: false,
      },
    ])
  })

  test('is reported as soon as its ACK comes, and only once', async () => {
    const ringing = await bench.ring()
    const answer = await bench.answer(ringing)
    expect(bench.calls.told).toEqual([])
    await ringing.call.ack(answer)
    await ringing.call.ack(answer)
    await bench.settle()
    const { leg, call } = ringing.record
    expect(bench.calls.told).toEqual([{ type: 'answered', leg, call }])
  })

  test('is repeated, the same each time, until its ACK comes (RFC 3261 §13.3.1.4)', async () => {
    const ringing = await bench.ring()
    const first = await bench.answer(ringing)
    for (const ms of [500, 1_000, 2_000]) {
      bench.clock.advance(ms)
      expect(await ringing.call.answered()).toEqual(first)
    }
    await ringing.call.ack(first)
    await bench.settle()
    bench.clock.advance(4_000)
    await bench.settle()
    expect(answers()).toHaveLength(4)
  })

  test('that is never acknowledged ends the leg with BYE after 32 s', async () => {
    const ringing = await bench.ring()
    await bench.answer(ringing)
    for (let ms = 0; ms < 32_000; ms += 500) bench.clock.advance(500)
    await bench.phone.answer(await ringing.call.next('BYE'), 481)
    await bench.settle()
    expect(bench.ended()).toEqual(['no ack'])
  })

  test('is given once, however often it is ordered', async () => {
    const ringing = await bench.ring()
    const answer = await bench.answer(ringing)
    const media = { worker: 0, endpoint: ringing.endpoint, local: null }
    await bench.driver().answer({ leg: ringing.record.leg, media })
    await ringing.call.ack(answer)
    await bench.driver().answer({ leg: ringing.record.leg, media })
    await bench.settle()
    expect(answers()).toHaveLength(1)
  })

  test('holds our offer when the INVITE had none; the answer in the ACK settles the audio', async () => {
    const ringing = await bench.ring({ body: null })
    const answer = await bench.answer(ringing)
    expect(described(answer).formats).toEqual(['0', '8', '101'])
    expect(bench.media.settings('open rtp')[0]?.peerHolds).toBe(true)
    await ringing.call.ack(answer, { body: sdp({ codecs: '8 101', port: 30_500 }) })
    await bench.settle()
    expect(bench.media.settings('update rtp')).toMatchObject([
      { codec: 'PCMA', payloadType: 8, remote: { port: 30_500 }, peerHolds: false },
    ])
  })

  test.each([
    ['no codec in common', sdp({ codecs: '18' })],
    ['no audio that is not refused', sdp({ port: 0 })],
    ['a name for an address', sdp({ address: 'media.example.com' })],
    ['nonsense', 'v=0\r\nnonsense'],
  ])('is 488 for an offer with %s', async (_, body) => {
    const ringing = await bench.ring({ body })
    const opened = await bench.openMedia(ringing)
    expect(opened).toEqual({ type: 'failed', ending: { result: 'upstream', reason: 'no-common-codec' } })
    if (opened.type === 'failed') await bench.hangUp(ringing, opened.ending)
    expect((await ringing.call.answered()).status).toBe(488)
    expect(bench.media.commands).toEqual([])
  })

  test('goes to where rport says, whatever Contact and sent-by say (RFC 3581 §4)', async () => {
    const ringing = await bench.ring({ contact: '<sip:phone@192.0.2.1:9>' })
    expect((await bench.answer(ringing)).status).toBe(200)
  })
})

describe('a worker that is away', () => {
  test('while the audio is opened is told to the call, and the leg stays', async () => {
    const ringing = await bench.ring()
    bench.media.crash()
    await expect(bench.openMedia(ringing)).rejects.toThrow('away')
    bench.media.comeBack()
    expect((await bench.answer(ringing)).status).toBe(200)
  })

  test('while a re-INVITE comes lets the far end try again', async () => {
    const { call } = await bench.talk()
    bench.media.crash()
    await call.request('INVITE', { body: sdp({ direction: 'sendonly' }) })
    const answer = await call.answered()
    expect([answer.status, header(answer, 'retry-after')]).toEqual([500, expect.stringMatching(/^(\d|10)$/)])
  })

  test('comes back with what was settled last, on the port it had', async () => {
    const talking = await bench.talk()
    await talking.call.request('INVITE', { body: sdp({ port: 31_000 }) })
    await talking.call.ack(await talking.call.answered())
    bench.media.crash()
    bench.media.comeBack()
    const { leg, call } = talking.record
    await bench.driver().openMedia({ leg, call, endpoint: talking.endpoint, worker: 0, port: 40_002 })
    expect(bench.media.settings('open rtp').at(-1)).toMatchObject({ remote: { port: 31_000 } })
  })
})

describe('CANCEL', () => {
  test('ends a call that rings: 200 for it, 487 for the INVITE (RFC 3261 §9.2)', async () => {
    const { call } = await bench.ring()
    await call.cancel()
    const answer = await call.answered()
    await call.ack(answer)
    await bench.settle()
    expect(bench.phone.log()).toEqual(['200 CANCEL', '487 INVITE'])
    expect(bench.ended()).toEqual(['far end hung up'])
  })

  test('that crosses the 200 changes nothing: the caller acknowledges and says BYE', async () => {
    const ringing = await bench.ring()
    const answer = await bench.answer(ringing)
    await ringing.call.cancel()
    await bench.phone.response(200, 'CANCEL')
    await ringing.call.ack(answer)
    await bench.settle()
    expect(bench.ended()).toEqual([])
    await ringing.call.request('BYE')
    await bench.phone.response(200, 'BYE')
    await bench.settle()
    expect(bench.ended()).toEqual(['far end hung up'])
  })

  test('is followed by 487 only once the end stands in the journal', async () => {
    const { call } = await bench.ring()
    let journal = () => {}
    bench.beforeReports(() => new Promise(resolve => (journal = resolve)))
    await call.cancel()
    await bench.phone.response(200, 'CANCEL')
    await bench.phone.ping()
    expect(bench.phone.log()).not.toContain('487 INVITE')
    journal()
    expect((await call.answered()).status).toBe(487)
  })

  test('while the audio is being opened leaves nothing to answer', async () => {
    const ringing = await bench.ring()
    const release = bench.media.hold()
    const opening = bench.openMedia(ringing)
    await ringing.call.cancel()
    expect((await ringing.call.answered()).status).toBe(487)
    release()
    const opened = await opening
    if (opened.type === 'open') await bench.driver().answer({ leg: ringing.record.leg, media: opened.media })
    await bench.settle()
    expect(answers()).toEqual([])
  })

  test('after our refusal is answered and changes nothing', async () => {
    const ringing = await bench.ring()
    await bench.hangUp(ringing, { result: 'internal', reason: 'wait-limit' })
    await ringing.call.cancel()
    await bench.phone.response(200, 'CANCEL')
    expect((await ringing.call.answered()).status).toBe(480)
    expect(bench.ended()).toEqual([])
  })
})

describe('BYE', () => {
  test('of the far end is answered 200 and told once', async () => {
    const { call } = await bench.talk()
    await call.request('BYE')
    await bench.phone.response(200, 'BYE')
    await bench.settle()
    expect(bench.ended()).toEqual(['far end hung up'])
  })

  test('of the far end is confirmed only once the end stands in the journal', async () => {
    const { call } = await bench.talk()
    let journal = () => {}
    bench.beforeReports(() => new Promise(resolve => (journal = resolve)))
    await call.request('BYE')
    await bench.phone.ping()
    expect(bench.phone.log()).not.toContain('200 BYE')
    journal()
    await bench.phone.response(200, 'BYE')
    expect(bench.ended()).toEqual(['far end hung up'])
  })

  test('of the far end is confirmed although the report fails', async () => {
    const { call } = await bench.talk()
    bench.beforeReports(async () => {
      throw new Error('a defect')
    })
    await call.request('BYE')
    await bench.phone.response(200, 'BYE')
    expect(bench.counter.of('report failed')).toBe(1)
  })

  test('of the far end before its ACK ends the call as well', async () => {
    const ringing = await bench.ring()
    ringing.call.answer = await bench.answer(ringing)
    ringing.call.pretend(header(ringing.call.answer, 'to')!)
    await ringing.call.request('BYE')
    await bench.phone.response(200, 'BYE')
    await bench.settle()
    expect(bench.ended()).toEqual(['far end hung up'])
  })

  test('of ours goes to Contact along the recorded route, numbered and tagged (RFC 3261 §12.2.1.1)', async () => {
    const route = `<sip:127.0.0.1:${bench.phone.port};lr>`
    const talking = await bench.talk({
      contact: '<sip:phone@192.0.2.1:5099>',
      headers: [`Record-Route: ${route}`],
    })
    await bench.hangUp(talking)
    const bye = await talking.call.next('BYE')
    expect(bye.uri).toBe('sip:phone@192.0.2.1:5099')
    expect(header(bye, 'route')).toBe(route)
    expect(header(bye, 'from')).toContain(toTagOf(talking.call.answer!)!)
    await bench.phone.answer(bye, 200)
    await bench.settle()
    expect(bench.ended()).toEqual([])
  })

  test('of ours waits for the ACK (RFC 3261 §15)', async () => {
    const ringing = await bench.ring()
    const answer = await bench.answer(ringing)
    await bench.hangUp(ringing)
    await bench.phone.ping()
    expect(bench.phone.log()).not.toContain('BYE')
    await ringing.call.ack(answer)
    expect((await ringing.call.next('BYE')).method).toBe('BYE')
    expect(bench.calls.told).toEqual([])
  })

  test('of ours is sent without an ACK after 32 s', async () => {
    const ringing = await bench.ring()
    await bench.answer(ringing)
    await bench.hangUp(ringing)
    for (let ms = 0; ms < 32_000; ms += 500) bench.clock.advance(500)
    expect((await ringing.call.next('BYE')).method).toBe('BYE')
  })

  test('of ours is repeated until it is answered (RFC 3261 §17.1.2.2)', async () => {
    const talking = await bench.talk()
    await bench.hangUp(talking)
    const bye = await talking.call.next('BYE')
    bench.clock.advance(500)
    expect(await talking.call.next('BYE')).toEqual(bye)
  })

  test('of both at once does no harm', async () => {
    const talking = await bench.talk()
    await bench.hangUp(talking)
    await talking.call.request('BYE')
    await bench.phone.answer(await talking.call.next('BYE'), 481)
    await bench.settle()
    expect(bench.phone.log()).toContain('481 BYE')
    expect(bench.ended()).toEqual([])
  })

  test('of ours goes to where the INVITE came from when Contact leads nowhere', async () => {
    const talking = await bench.talk({ contact: '<sip:phone@127.0.0.1:0>' })
    await bench.hangUp(talking)
    expect((await talking.call.next('BYE')).uri).toBe('sip:phone@127.0.0.1:0')
  })
})

describe('a re-INVITE', () => {
  const renegotiate = async (call: Awaited<ReturnType<TestBench['talk']>>['call'], body: string | null) => {
    await call.request('INVITE', { body })
    const answer = await call.answered()
    if (answer.status === 200) await call.ack(answer)
    return answer
  }

  test.each([
    ['sendonly', { direction: 'sendonly' }, 'recvonly'],
    ['inactive', { direction: 'inactive' }, 'inactive'],
    ['0.0.0.0', { address: '0.0.0.0' }, undefined],
  ] as const)(
    'holds with %s and resumes; o= is raised each time (RFC 3264 §8)',
    async (_, held, direction) => {
      const { call } = await bench.talk()
      const [before, hold, resume] = [
        described(call.answer!),
        described(await renegotiate(call, sdp(held))),
        described(await renegotiate(call, sdp())),
      ]
      if (direction) expect(hold.direction).toBe(direction)
      expect(resume).toMatchObject({ direction: 'sendrecv', port: before.port, id: before.id })
      expect([before.version, hold.version, resume.version]).toEqual([1, 2, 3])
      expect(bench.media.settings('update rtp')).toMatchObject([
        { peerHolds: true, remote: { address: '127.0.0.1', port: 30_000 } },
        { peerHolds: false, remote: { address: '127.0.0.1', port: 30_000 } },
      ])
    },
  )

  test('keeps the codec that the call has, whatever else it offers', async () => {
    const { call } = await bench.talk({ body: sdp({ codecs: '8 101' }) })
    const answer = await renegotiate(call, sdp({ codecs: '0 8 101' }))
    expect(described(answer).formats).toEqual(['8', '101'])
  })

  test('that changes nothing is answered with the description that the far end has (RFC 3264 §8)', async () => {
    const { call } = await bench.talk()
    const first = bodyOf(call.answer!)
    expect(bodyOf(await renegotiate(call, sdp()))).toBe(first)
  })

  test('without an offer gets ours, with the codec of the call first, and answers in its ACK', async () => {
    const { call } = await bench.talk({ body: sdp({ codecs: '8' }) })
    await call.request('INVITE')
    const answer = await call.answered()
    expect(described(answer)).toMatchObject({ version: 2, formats: ['8', '0', '101'] })
    await call.ack(answer, { body: sdp({ codecs: '8', port: 31_000 }) })
    await bench.settle()
    expect(bench.media.settings('update rtp')).toMatchObject([{ codec: 'PCMA', remote: { port: 31_000 } }])
  })

  test('with no codec in common is refused 488 and the call goes on as it was', async () => {
    const { call } = await bench.talk()
    expect((await renegotiate(call, sdp({ codecs: '18' }))).status).toBe(488)
    expect(bench.media.settings('update rtp')).toEqual([])
    expect(bench.ended()).toEqual([])
  })

  test('while another is under way is told to come later (RFC 3261 §14.2)', async () => {
    const { call } = await bench.talk()
    const release = bench.media.hold()
    await call.request('INVITE', { body: sdp({ direction: 'sendonly' }) })
    await call.request('INVITE', { body: sdp() })
    expect((await call.answered()).status).toBe(500)
    release()
    expect((await call.answered()).status).toBe(200)
  })

  test('that is under way when the call ends is ended with it', async () => {
    const { call } = await bench.talk()
    const release = bench.media.hold()
    await call.request('INVITE', { body: sdp({ direction: 'sendonly' }) })
    await call.request('BYE')
    await bench.phone.response(200, 'BYE')
    release()
    expect((await call.answered()).status).toBe(487)
  })

  test('whose 200 is never acknowledged ends the call (RFC 3261 §14.2)', async () => {
    const { call } = await bench.talk()
    await call.request('INVITE', { body: sdp({ direction: 'sendonly' }) })
    await call.answered()
    for (let ms = 0; ms < 32_000; ms += 500) bench.clock.advance(500)
    await bench.phone.answer(await call.next('BYE'), 200)
    await bench.settle()
    expect(bench.ended()).toEqual(['no ack'])
  })

  test('moves the far end: what we send later goes to the new Contact', async () => {
    const talking = await bench.talk()
    const other = await bench.openPhone()
    talking.call.options.contact = `<sip:moved@127.0.0.1:${other.port}>`
    await renegotiate(talking.call, sdp())
    await bench.hangUp(talking)
    expect((await other.request('BYE')).uri).toContain('moved@')
  })
})

describe('other requests inside a dialog', () => {
  const answerTo = async (
    method: string,
    said: Parameters<Awaited<ReturnType<TestBench['talk']>>['call']['request']>[1] = {},
  ): Promise<SipResponse> => {
    const { call } = await bench.talk()
    await call.request(method, said)
    const is = (m: SipMessage) =>
      m.kind === 'response' && m.status >= 200 && call.owns(m) && cseqOf(m)?.method === method
    return (await bench.phone.next(is)) as SipResponse
  }

  test('OPTIONS is answered with what we can do (RFC 3261 §11.2)', async () => {
    const answer = await answerTo('OPTIONS')
    expect([answer.status, header(answer, 'accept'), header(answer, 'supported')]).toEqual([
      200,
      bodies,
      'timer, 100rel',
    ])
    expect(allowOf(answer)).toContain('UPDATE')
  })

  test.each([
    ['SUBSCRIBE', 405],
    ['NONSENSE', 501],
  ])('%s is answered %i with what we know (RFC 3261 §8.2.1)', async (method, status) => {
    const answer = await answerTo(method)
    expect(answer.status).toBe(status)
    expect(allowOf(answer)).toContain('BYE')
  })

  test.each(['INVITE', 'UPDATE', 'INFO', 'OPTIONS'])(
    '%s that requires what we do not know is answered 420 (RFC 3261 §8.2.2.3)',
    async method => {
      const answer = await answerTo(method, { headers: ['Require: foo'] })
      expect([answer.status, header(answer, 'unsupported')]).toEqual([420, 'foo'])
    },
  )

  test('PRACK is answered 481, since nothing that we said waits for one (RFC 3262 §3)', async () => {
    expect((await answerTo('PRACK', { headers: ['RAck: 1 1 INVITE'] })).status).toBe(481)
  })

  test.each([
    ['INVITE', bodies],
    ['UPDATE', bodies],
    ['INFO', 'application/dtmf-relay, application/dtmf'],
  ])('%s with a body that we cannot read is answered 415 (RFC 3261 §8.2.3)', async (method, accepted) => {
    const answer = await answerTo(method, { body: 'hello', contentType: 'text/plain' })
    expect([answer.status, header(answer, 'accept')]).toEqual([415, accepted])
  })

  test.each([
    ['a key', 'application/dtmf-relay', 'Signal=5\r\nDuration=160\r\n', 200],
    ['a key alone', 'application/dtmf', '#', 200],
    ['no key', 'application/dtmf-relay', 'Signal=no\r\n', 400],
  ])('INFO with %s', async (_, contentType, body, status) => {
    expect((await answerTo('INFO', { body, contentType })).status).toBe(status)
  })

  test('INFO with nothing in it is answered 200: some ask that way whether we are there', async () => {
    expect((await answerTo('INFO')).status).toBe(200)
  })

  test('REFER is declined, and not called unknown (RFC 3515 §2.4.2)', async () => {
    const answer = await answerTo('REFER', { headers: ['Refer-To: <sip:+15550111@127.0.0.1>'] })
    expect([answer.status, header(answer, 'warning')]).toEqual([603, expect.stringContaining('399')])
    expect(bench.ended()).toEqual([])
  })

  test('REFER to nobody is answered 400 (RFC 3515 §2.4.2)', async () => {
    expect((await answerTo('REFER')).status).toBe(400)
  })

  test('UPDATE without an offer refreshes the target (RFC 3311 §5.2)', async () => {
    const talking = await bench.talk()
    const other = await bench.openPhone()
    talking.call.options.contact = `<sip:moved@127.0.0.1:${other.port}>`
    await talking.call.request('UPDATE')
    const answer = await bench.phone.response(200, 'UPDATE')
    expect([header(answer, 'contact'), answer.body.length]).toEqual([expect.stringContaining('ringdown'), 0])
    await bench.hangUp(talking)
    expect((await other.request('BYE')).uri).toContain('moved@')
  })

  test('UPDATE with an offer changes the audio like a re-INVITE (RFC 3311 §5.2)', async () => {
    const { call } = await bench.talk()
    await call.request('UPDATE', { body: sdp({ direction: 'sendonly' }) })
    expect(described(await bench.phone.response(200, 'UPDATE')).direction).toBe('recvonly')
  })

  test('a number lower than the last is answered 500, the same one in another transaction 482', async () => {
    const { call } = await bench.talk()
    await call.request('INFO', { cseq: 9 })
    await bench.phone.response(200, 'INFO')
    await call.request('UPDATE', { cseq: 9 })
    expect((await bench.phone.response(482, 'UPDATE')).status).toBe(482)
    await call.request('UPDATE', { cseq: 8 })
    expect((await bench.phone.response(500, 'UPDATE')).status).toBe(500)
  })

  test('a dialog is the far end’s wherever it speaks from, and whoever the trunks are by now', async () => {
    const { call } = await bench.talk()
    bench.directory.trunk = undefined
    await call.request('BYE')
    await bench.phone.response(200, 'BYE')
    expect(bench.ended()).toEqual(['far end hung up'])
  })
})

describe('a caller of whom nothing is heard', () => {
  const silent = (endpoint: string) => bench.media.emit({ type: 'silent', endpoint })
  const quality = (endpoint: string, silentForMs: number) =>
    bench.media.emit({ type: 'quality', endpoint, stats: createTestStats(silentForMs) })

  test.each([481, 408])('is asked with OPTIONS, and is gone when the answer is %i', async status => {
    const { call, endpoint } = await bench.talk()
    silent(endpoint)
    await bench.phone.answer(await call.next('OPTIONS'), status)
    await bench.phone.answer(await call.next('BYE'), 481)
    await bench.settle()
    expect(bench.ended()).toEqual(['unreachable'])
  })

  test('is gone when no answer comes at all', async () => {
    const { call, endpoint } = await bench.talk()
    silent(endpoint)
    for (let ms = 0; ms < 32_000; ms += 500) bench.clock.advance(500)
    await call.next('BYE')
    expect(bench.ended()).toEqual(['unreachable'])
  })

  test.each([200, 405, 503])('is still there when the answer is %i', async status => {
    const { call, endpoint } = await bench.talk()
    silent(endpoint)
    await bench.phone.answer(await call.next('OPTIONS'), status)
    await bench.settle()
    expect(bench.ended()).toEqual([])
  })

  test('is asked again while the silence lasts, and no more when they are heard', async () => {
    const { call, endpoint } = await bench.talk()
    silent(endpoint)
    await bench.phone.answer(await call.next('OPTIONS'), 200)
    await bench.settle()
    bench.clock.advance(limits.probeEveryMs)
    quality(endpoint, 45_000)
    await bench.phone.answer(await call.next('OPTIONS'), 200)
    await bench.settle()
    quality(endpoint, 10)
    bench.clock.advance(limits.probeEveryMs)
    quality(endpoint, 20)
    await bench.settle()
    expect(bench.phone.log().filter(line => line === 'OPTIONS')).toHaveLength(2)
  })

  test('is asked nothing before the call is answered', async () => {
    const ringing = await bench.ring()
    await bench.openMedia(ringing)
    silent(ringing.endpoint)
    await bench.settle()
    expect(bench.phone.log()).not.toContain('OPTIONS')
  })
})
