import { describe, expect, test } from 'vitest'
import { createResponse } from '../message/build.ts'
import { header } from '../message/header-names.ts'
import { cseqOf, routesOf } from '../message/headers.ts'
import { localAnswer } from '../session/effects.ts'
import { ALLOW_UPDATE, createTestOutgoing, type TestCall } from '../testing/calls.ts'

const reliable = (rseq: number) => [
  { name: 'Require', value: '100rel' },
  { name: 'RSeq', value: String(rseq) },
]
const contact = (value: string) => ({ headers: [{ name: 'Contact', value }] })

interface Row {
  title: string
  given: (call: TestCall) => unknown
  phase: string
  lines: string[]
}

describe('a call of ours', () => {
  test.each<Row>([
    {
      title: 'upon 100, nothing is told',
      given: call => call.answered('INVITE', 100),
      phase: 'calling',
      lines: [],
    },
    {
      title: 'upon 180, it tells progress (RFC 3261 §13.2.2.1)',
      given: call => call.answered('INVITE', 180),
      phase: 'calling',
      lines: ['progress'],
    },
    {
      title: 'upon a reliable 183, it sends PRACK and tells the early media (RFC 3262 §4)',
      given: call => call.answered('INVITE', 183, { headers: reliable(9), sdp: 'early' }),
      phase: 'calling',
      lines: ['send PRACK', 'progress'],
    },
    {
      title: 'a repeated reliable 183 is neither acknowledged nor told again (RFC 3262 §4)',
      given: call =>
        call
          .answered('INVITE', 183, { headers: reliable(9) })
          .answered('INVITE', 183, { headers: reliable(9) }),
      phase: 'calling',
      lines: [],
    },
    {
      title: 'a reliable response that came too early is dropped (RFC 3262 §4)',
      given: call =>
        call
          .answered('INVITE', 183, { headers: reliable(9) })
          .answered('INVITE', 180, { headers: reliable(11) }),
      phase: 'calling',
      lines: [],
    },
    {
      title: 'upon a 2xx, it sends ACK and tells the answer (RFC 3261 §13.2.2.4)',
      given: call => call.answered('INVITE', 200, { sdp: 'their answer' }),
      phase: 'answered',
      lines: ['send ACK', 'answered'],
    },
    {
      title: 'upon a 2xx without a description after early media, the early one counts',
      given: call => call.answered('INVITE', 183, { sdp: 'early' }).answered('INVITE', 200),
      phase: 'answered',
      lines: ['send ACK', 'answered'],
    },
    {
      title: 'upon a 2xx without any description, it acknowledges and ends (RFC 3261 §13.2.1)',
      given: call => call.answered('INVITE', 200),
      phase: 'answered',
      lines: ['send ACK', 'ended no session', 'send BYE'],
    },
    {
      title: 'a 2xx that comes again is acknowledged again (§13.2.2.4)',
      given: call => call.answered('INVITE', 200, { sdp: 'a' }).answered('INVITE', 200, { sdp: 'a' }),
      phase: 'answered',
      lines: ['send ACK'],
    },
    {
      title: 'a 2xx of another branch is acknowledged and ended (§13.2.2.4)',
      given: call =>
        call.answered('INVITE', 200, { sdp: 'a' }).answered('INVITE', 200, { sdp: 'b', toTag: 'other' }),
      phase: 'answered',
      lines: ['send ACK', 'send BYE'],
    },
    {
      title: 'hung up while calling, it cancels and says so at once (§9.1)',
      given: call => call.give({ type: 'hang up' }),
      phase: 'cancelling',
      lines: ['cancel', 'ended canceled'],
    },
    {
      title: 'given up because nobody answered, it says that',
      given: call => call.answered('INVITE', 180).give({ type: 'hang up', outcome: 'no-answer' }),
      phase: 'cancelling',
      lines: ['cancel', 'ended no-answer'],
    },
    {
      title: 'cancelled and answered 487, it is over (§15.1.2)',
      given: call => call.give({ type: 'hang up' }).answered('INVITE', 487),
      phase: 'over',
      lines: ['over'],
    },
    {
      title: 'a 2xx that crossed the CANCEL is acknowledged and ended (§9.1)',
      given: call => call.give({ type: 'hang up' }).answered('INVITE', 200, { sdp: 'a' }),
      phase: 'over',
      lines: ['send ACK', 'send BYE', 'over'],
    },
    {
      title: 'upon 401, it asks for credentials (§22.2)',
      given: call => call.answered('INVITE', 401),
      phase: 'paused',
      lines: ['challenged'],
    },
    {
      title: 'with credentials, the INVITE goes out again (§22.2)',
      given: call =>
        call
          .answered('INVITE', 407)
          .give({ type: 'authorize', cseq: 1, headers: [{ name: 'Proxy-Authorization', value: 'x' }] }),
      phase: 'calling',
      lines: ['send INVITE'],
    },
    {
      title: 'without credentials, the challenge is the end',
      given: call => call.answered('INVITE', 401).give({ type: 'authorize', cseq: 1, headers: [] }),
      phase: 'over',
      lines: ['ended failed', 'over'],
    },
    {
      title: 'hung up while credentials are looked for, it is over',
      given: call => call.answered('INVITE', 401).give({ type: 'hang up' }),
      phase: 'over',
      lines: ['ended canceled', 'over'],
    },
    {
      title: 'upon 422, the INVITE goes out with a longer interval (RFC 4028 §7.3)',
      given: call => call.answered('INVITE', 422, { headers: [{ name: 'Min-SE', value: '600' }] }),
      phase: 'calling',
      lines: ['send INVITE'],
    },
    {
      title: 'upon a 422 that asks for nothing more, it fails',
      given: call => call.answered('INVITE', 422, { headers: [{ name: 'Min-SE', value: '60' }] }),
      phase: 'over',
      lines: ['ended failed', 'over'],
    },
    {
      title: 'upon 491, it waits 2.1 to 4 s (RFC 3261 §14.1)',
      given: call => call.answered('INVITE', 491),
      phase: 'paused',
      lines: ['start offer again 2100-4000'],
    },
    {
      title: 'upon 486, it is over and the line was busy',
      given: call => call.answered('INVITE', 486),
      phase: 'over',
      lines: ['ended busy', 'over'],
    },
    {
      title: 'upon 302 without leave to follow, it fails',
      given: call => call.answered('INVITE', 302, contact('<sip:else@example.net>')),
      phase: 'over',
      lines: ['ended failed', 'over'],
    },
    {
      title: 'a 487 that nobody asked for means that nobody answered',
      given: call => call.answered('INVITE', 180).answered('INVITE', 487),
      phase: 'over',
      lines: ['ended no-answer', 'over'],
    },
  ])('$title', ({ given, phase, lines }) => {
    const call = createTestOutgoing()
    given(call)
    expect({ phase: call.call.phase, lines: call.lines() }).toEqual({ phase, lines })
  })

  test('keeps Call-ID and From tag over a challenge and raises the CSeq (RFC 3261 §22.2)', () => {
    const call = createTestOutgoing().answered('INVITE', 401)
    call.give({ type: 'authorize', cseq: 1, headers: [{ name: 'Authorization', value: 'Digest x' }] })
    const [first, second] = call.sent
    expect(cseqOf(second!)).toEqual({ number: 2, method: 'INVITE' })
    for (const name of ['Call-ID', 'From', 'To']) expect(header(second!, name)).toBe(header(first!, name))
    expect(header(second!, 'Authorization')).toBe('Digest x')
  })

  test('gives up after two challenges', () => {
    const call = createTestOutgoing()
    for (const cseq of [1, 2]) {
      call.answered('INVITE', 401)
      call.give({ type: 'authorize', cseq, headers: [{ name: 'Authorization', value: 'x' }] })
    }
    expect(call.answered('INVITE', 401).lines()).toEqual(['ended failed', 'over'])
  })

  test('the PRACK names RSeq, CSeq and method, and goes to the Contact of the response (RFC 3262 §7.2)', () => {
    const call = createTestOutgoing().answered('INVITE', 183, { headers: reliable(9) })
    const prack = call.last('PRACK')
    expect(header(prack, 'RAck')).toBe('9 1 INVITE')
    expect(prack.uri).toBe('sip:theirs@192.0.2.9')
    expect(cseqOf(prack)?.number).toBe(2)
  })

  test('after 422 Min-SE and Session-Expires are as long as asked (RFC 4028 §7.3)', () => {
    const call = createTestOutgoing({}, { timer: { interval: 300, minSe: 90 } })
    call.answered('INVITE', 422, { headers: [{ name: 'Min-SE', value: '600' }] })
    expect(header(call.last('INVITE'), 'Min-SE')).toBe('600')
    expect(header(call.last('INVITE'), 'Session-Expires')).toBe('600')
  })

  test('a call through an outbound proxy carries its Route', () => {
    const call = createTestOutgoing({ routes: ['<sip:proxy.example;lr>'] })
    expect(routesOf(call.last('INVITE')).map(({ uri }) => uri)).toEqual(['sip:proxy.example;lr'])
  })
})

describe('a forked call (RFC 3261 §12.1.2, §13.2.2.4)', () => {
  const forked = () =>
    createTestOutgoing()
      .answered('INVITE', 183, { toTag: 'one', headers: [...reliable(1), ALLOW_UPDATE], sdp: 'early one' })
      .answered('INVITE', 180, { toTag: 'two', headers: reliable(50) })

  test('has an early dialog for each tag, with RSeqs of their own', () => {
    const call = forked()
    expect(call.lines()).toEqual(['send PRACK', 'progress'])
    const { early } = call.call as Extract<typeof call.call, { kind: 'outgoing' }>
    expect(early.map(({ session, rseq }) => [session.dialog.remoteTag, rseq])).toEqual([
      ['one', 1],
      ['two', 50],
    ])
  })

  test('goes on with the branch that answers, whichever rang first', () => {
    const call = forked().answered('INVITE', 200, { toTag: 'two', sdp: 'answer two' })
    expect(call.lines()).toEqual(['send ACK', 'answered'])
    expect(call.call.session?.media.remote).toBe('answer two')
    expect(call.last('ACK').uri).toBe('sip:two@192.0.2.9')
  })

  test('a 199 ends one early dialog only (RFC 6228 §6)', () => {
    const call = forked().answered('INVITE', 199, { toTag: 'one' })
    const { early } = call.call as Extract<typeof call.call, { kind: 'outgoing' }>
    expect(early.map(({ session }) => session.dialog.remoteTag)).toEqual(['two'])
  })
})

describe('a call that may fail over (RFC 3263 §4.3)', () => {
  const failing = () => createTestOutgoing({ failsOver: true, routes: ['<sip:proxy.example;lr>'] })
  const silence = (call: TestCall) =>
    call.give({ type: 'response', response: localAnswer(call.last('INVITE'), 408) })

  test.each<Row>([
    {
      title: 'a 503 is told, and another target waited for',
      given: call => call.answered('INVITE', 503),
      phase: 'paused',
      lines: ['unreached'],
    },
    { title: 'so is a silence', given: silence, phase: 'paused', lines: ['unreached'] },
    {
      title: 'a 408 of somebody is their answer',
      given: call => call.answered('INVITE', 408),
      phase: 'over',
      lines: ['ended no-answer', 'over'],
    },
    {
      title: 'a 503 after it rang is the end: another host might ring them twice',
      given: call => call.answered('INVITE', 180).answered('INVITE', 503),
      phase: 'over',
      lines: ['ended failed', 'over'],
    },
    {
      title: 'a silence may be cut short, and what arrives yet is cancelled (RFC 3261 §9.1)',
      given: call => call.give({ type: 'move on', cseq: 1 }),
      phase: 'paused',
      lines: ['cancel', 'unreached'],
    },
    {
      title: 'the silence of an INVITE that was followed by another is none',
      given: call =>
        call
          .answered('INVITE', 503)
          .give({ type: 'try', target: 'sip:b@x' })
          .give({ type: 'move on', cseq: 1 }),
      phase: 'calling',
      lines: ['unexpected move on'],
    },
    {
      title: 'once it rang, nobody moves on',
      given: call => call.answered('INVITE', 180).give({ type: 'move on', cseq: 1 }),
      phase: 'calling',
      lines: ['unexpected move on'],
    },
    {
      title: 'an answer of the target that was left behind is acknowledged and ended (RFC 3261 §13.2.2.4)',
      given(call) {
        const headers = [{ name: 'Contact', value: '<sip:late@192.0.2.8>' }]
        const response = createResponse(call.last('INVITE'), 200, { toTag: 'late', headers })
        call.give({ type: 'move on', cseq: 1 }).give({ type: 'try', target: 'sip:b@x' })
        call.give({ type: 'response', response })
      },
      phase: 'calling',
      lines: ['send ACK', 'send BYE'],
    },
    {
      title: 'another target gets the INVITE',
      given: call => call.answered('INVITE', 503).give({ type: 'try', target: 'sip:b@x' }),
      phase: 'calling',
      lines: ['send INVITE'],
    },
    {
      title: 'without another target, the failure is the end',
      given: call => call.answered('INVITE', 503).give({ type: 'try' }),
      phase: 'over',
      lines: ['ended failed', 'over'],
    },
    {
      title: 'hung up meanwhile, it is over',
      given: call => call.answered('INVITE', 503).give({ type: 'hang up' }),
      phase: 'over',
      lines: ['ended canceled', 'over'],
    },
    {
      title: 'a target that nobody asked for is no order',
      given: call => call.give({ type: 'try', target: 'sip:b@x' }),
      phase: 'calling',
      lines: ['unexpected try'],
    },
  ])('$title', ({ given, phase, lines }) => {
    const call = failing()
    given(call)
    expect({ phase: call.call.phase, lines: call.lines() }).toEqual({ phase, lines })
  })

  test('keeps its Call-ID, raises its CSeq and shows the next host no credentials of the last', () => {
    const call = failing().answered('INVITE', 401)
    call.give({ type: 'authorize', cseq: 1, headers: [{ name: 'Authorization', value: 'x' }] })
    call.answered('INVITE', 503).give({ type: 'try', target: 'sip:b@x', routes: [] })
    const invite = call.last('INVITE')
    expect(invite.uri).toBe('sip:b@x')
    expect(routesOf(invite)).toEqual([])
    expect(cseqOf(invite)?.number).toBe(3)
    expect(header(invite, 'Authorization')).toBeUndefined()
    expect(header(invite, 'Call-ID')).toBe(header(call.sent[0]!, 'Call-ID'))
  })

  test('names another address of ours to a host that it takes one to reach (RFC 6157 §4)', () => {
    const call = failing().answered('INVITE', 503)
    const profile = { contact: '<sip:us@[2001:db8::9]>', methods: ['INVITE'], extensions: [] }
    call.give({ type: 'try', target: 'sip:b@x', offer: 'c=IN IP6 2001:db8::9', profile })
    const invite = call.last('INVITE')
    expect(header(invite, 'Contact')).toBe('<sip:us@[2001:db8::9]>')
    expect(Buffer.from(invite.body).toString()).toBe('c=IN IP6 2001:db8::9')
  })
})

test('the ACK for a 2xx shows what its INVITE showed (RFC 3261 §22.1)', () => {
  const call = createTestOutgoing().answered('INVITE', 401)
  call.give({ type: 'authorize', cseq: 1, headers: [{ name: 'Authorization', value: 'x' }] })
  expect(header(call.answered('INVITE', 200, { sdp: 'a' }).last('ACK'), 'Authorization')).toBe('x')
})

describe('redirection (RFC 3261 §8.1.3.4)', () => {
  const targets = (call: TestCall) =>
    call.sent.filter(({ method }) => method === 'INVITE').map(({ uri }) => uri)

  test('follows Contacts by q, each once, and never back', () => {
    const call = createTestOutgoing({ redirects: 5 })
    call.answered(
      'INVITE',
      302,
      contact('<sip:c@x>;q=0.1, <sip:bob@example.com>, <sip:a@x>;q=0.9, <sip:a@x>'),
    )
    call.answered('INVITE', 486).answered('INVITE', 404)
    expect(targets(call)).toEqual(['sip:bob@example.com', 'sip:a@x', 'sip:c@x'])
    expect(call.lines()).toEqual(['ended failed', 'over'])
  })

  test('stops after as many targets as were allowed', () => {
    const call = createTestOutgoing({ redirects: 1 })
    call.answered('INVITE', 302, contact('<sip:a@x>')).answered('INVITE', 302, contact('<sip:b@x>'))
    expect(targets(call)).toEqual(['sip:bob@example.com', 'sip:a@x'])
    expect(call.call.phase).toBe('over')
  })

  test('tries nobody else after 6xx (§16.7)', () => {
    const call = createTestOutgoing({ redirects: 5 })
    call.answered('INVITE', 300, contact('<sip:a@x>, <sip:b@x>;q=0.5')).answered('INVITE', 603)
    expect(call.lines()).toEqual(['ended busy', 'over'])
  })

  test('takes no headers and no other scheme from a Contact, and stays with sips (§19.1.5)', () => {
    const call = createTestOutgoing({ redirects: 5 })
    call.answered('INVITE', 302, contact('<mailto:a@x>, <sip:a@x;method=BYE?Subject=x>'))
    expect(targets(call)).toEqual(['sip:bob@example.com', 'sip:a@x'])
    const secure = createTestOutgoing({ target: 'sips:bob@example.com', redirects: 5 })
    expect(secure.answered('INVITE', 302, contact('<sip:a@x>')).call.phase).toBe('over')
  })

  test('does not take the credentials along', () => {
    const call = createTestOutgoing({ redirects: 5 }).answered('INVITE', 401)
    call.give({ type: 'authorize', cseq: 1, headers: [{ name: 'Authorization', value: 'x' }] })
    call.answered('INVITE', 302, contact('<sip:a@x>'))
    expect(header(call.last('INVITE'), 'Authorization')).toBeUndefined()
  })
})
