import { describe, expect, test } from 'vitest'
import { header } from '../message/header-names.ts'
import { cseqOf } from '../message/headers.ts'
import { ALLOW_UPDATE, createTestIncoming, createTestOutgoing, type TestCall } from '../testing/calls.ts'

const NO_UPDATE = { name: 'Allow', value: 'INVITE, ACK, BYE' }
const TIMED = { timer: { interval: 1800, minSe: 90 } }
const expires = (value: string) => ({ name: 'Session-Expires', value })
const offer = (sdp = 'hold') => ({ type: 'offer', sdp }) as const
const answer = { type: 'answer', sdp: 'our answer' } as const
const timer = (name: string) => ({ type: 'timer', name }) as const

/** Our call, answered: we own the Call-ID. */
const ours = ({ headers = [ALLOW_UPDATE], profile = {} } = {}): TestCall =>
  createTestOutgoing({}, profile).answered('INVITE', 200, { sdp: 'their answer', headers })

/** The peer's call, answered and acknowledged. */
const theirs = (): TestCall => createTestIncoming().give(answer).asked('ACK')

interface Row {
  title: string
  start?: () => TestCall
  given: (call: TestCall) => unknown
  lines: string[]
}

const shows = (rows: readonly Row[]): void => {
  test.each(rows)('$title', ({ start = ours, given, lines }) => {
    const call = start()
    given(call)
    expect(call.lines()).toEqual(lines)
  })
}

describe('our offer in a session (RFC 3261 §14.1)', () => {
  shows([
    { title: 'goes out in a re-INVITE', given: call => call.give(offer()), lines: ['send INVITE'] },
    {
      title: 'is accepted by a 2xx, which is acknowledged',
      given: call => call.give(offer()).answered('INVITE', 200, { sdp: 'held' }),
      lines: ['send ACK', 'offer accepted'],
    },
    {
      title: 'waits while another one of ours is out',
      given: call => call.give(offer('one')).give(offer('two')),
      lines: [],
    },
    {
      title: 'that waited goes out when the first is answered',
      given: call => call.give(offer('one')).give(offer('two')).answered('INVITE', 200, { sdp: 'a' }),
      lines: ['send ACK', 'offer accepted', 'send INVITE'],
    },
    {
      title: 'waits while the peer’s is to be answered',
      given: call => call.asked('INVITE', { sdp: 'theirs' }).give(offer()),
      lines: [],
    },
    {
      title: 'waits for the ACK of our 2xx',
      start: () => createTestIncoming().give(answer),
      given: call => call.give(offer()),
      lines: [],
    },
    {
      title: 'goes out after the ACK of our 2xx',
      start: () => createTestIncoming().give(answer),
      given: call => call.give(offer()).asked('ACK'),
      lines: ['acknowledged', 'send INVITE'],
    },
    {
      title: 'that is refused leaves everything as it was',
      given: call => call.give(offer()).answered('INVITE', 488),
      lines: ['offer refused'],
    },
    {
      title: 'upon 491 waits 2.1 to 4 s when the Call-ID is ours',
      given: call => call.give(offer()).answered('INVITE', 491),
      lines: ['start offer again 2100-4000'],
    },
    {
      title: 'upon 491 waits 0 to 2 s when the Call-ID is the peer’s',
      start: theirs,
      given: call => call.give(offer()).answered('INVITE', 491),
      lines: ['start offer again 0-2000'],
    },
    {
      title: 'goes out again when that time is over',
      given: call => call.give(offer()).answered('INVITE', 491).give(timer('offer again')),
      lines: ['send INVITE'],
    },
    {
      title: 'upon 500 with Retry-After waits as long (§14.2)',
      given: call =>
        call.give(offer()).answered('INVITE', 500, { headers: [{ name: 'Retry-After', value: '7' }] }),
      lines: ['start offer again 7000'],
    },
    {
      title: 'upon 481 the session is over (§12.2.1.2)',
      given: call => call.give(offer()).answered('INVITE', 481),
      lines: ['ended gone', 'send BYE'],
    },
    {
      title: 'upon 408, or no answer at all, the session is over (§12.2.1.2)',
      given: call => call.give(offer()).answered('INVITE', 408),
      lines: ['ended gone', 'send BYE'],
    },
    {
      title: 'upon 401 asks for credentials',
      given: call => call.give(offer()).answered('INVITE', 401),
      lines: ['challenged'],
    },
    {
      title: 'answered after our BYE is acknowledged and changes nothing',
      given: call => call.give(offer()).give({ type: 'hang up' }).answered('INVITE', 200, { sdp: 'x' }),
      lines: ['send ACK'],
    },
  ])

  test('is given up after twelve tries', () => {
    const call = ours().give(offer())
    for (let n = 0; n < 12; n++) call.answered('INVITE', 491).give(timer('offer again'))
    expect(call.answered('INVITE', 491).lines()).toEqual(['offer refused'])
    expect(call.call.session?.media).toEqual({ state: 'settled', local: 'our offer', remote: 'their answer' })
  })

  test('in an early dialog goes out in UPDATE, once offer and answer are settled (RFC 3311 §5.1)', () => {
    const reliable = [{ name: 'Require', value: '100rel' }, { name: 'RSeq', value: '1' }, ALLOW_UPDATE]
    const call = createTestOutgoing().answered('INVITE', 183, { headers: reliable, sdp: 'early' })
    expect(call.give(offer()).lines()).toEqual(['send UPDATE'])
    expect(call.answered('UPDATE', 200, { sdp: 'early hold' }).lines()).toEqual(['offer accepted'])
  })

  test('is sent with credentials and the next CSeq (RFC 3261 §22.2)', () => {
    const call = ours().give(offer()).answered('INVITE', 401)
    call.give({ type: 'authorize', cseq: 2, headers: [{ name: 'Authorization', value: 'x' }] })
    expect(cseqOf(call.last('INVITE'))?.number).toBe(3)
    expect(header(call.last('INVITE'), 'Authorization')).toBe('x')
    expect(new TextDecoder().decode(call.last('INVITE').body)).toBe('hold')
  })
})

describe('the peer’s offer in a session (RFC 3261 §14.2, RFC 3311 §5.2)', () => {
  shows([
    { title: 'is told', given: call => call.asked('INVITE', { sdp: 'x' }), lines: ['offer'] },
    {
      title: 'is answered by the user',
      given: call => call.asked('INVITE', { sdp: 'x' }).give(answer),
      lines: ['respond 200'],
    },
    {
      title: 'is refused by the user',
      given: call => call.asked('INVITE', { sdp: 'x' }).give({ type: 'refuse offer', status: 488 }),
      lines: ['respond 488'],
    },
    {
      title: 'without a description wants ours',
      given: call => call.asked('INVITE'),
      lines: ['offer wanted'],
    },
    {
      title: 'without a description: the answer to ours is in the ACK',
      given: call => call.asked('INVITE').give(answer).asked('ACK', { sdp: 'x' }),
      lines: ['offer accepted'],
    },
    {
      title: 'in UPDATE is told too',
      given: call => call.asked('UPDATE', { sdp: 'x' }),
      lines: ['offer'],
    },
    {
      title: 'in UPDATE without a description there is none: it is answered at once',
      given: call => call.asked('UPDATE'),
      lines: ['respond 200'],
    },
    {
      title: 'while ours is out gets 491',
      given: call => call.give(offer()).asked('INVITE', { sdp: 'x' }),
      lines: ['respond 491'],
    },
    {
      title: 'in UPDATE while ours is out gets 491',
      given: call => call.give(offer()).asked('UPDATE', { sdp: 'x' }),
      lines: ['respond 491'],
    },
    {
      title: 'while one of the peer’s waits for our answer gets 500',
      given: call => call.asked('INVITE', { sdp: 'x' }).asked('INVITE', { sdp: 'y' }),
      lines: ['respond 500'],
    },
    {
      title: 'that is cancelled gets 487 (§9.2)',
      given: call => {
        call.asked('INVITE', { sdp: 'x' })
        const id = call.call.session?.theirs?.id ?? ''
        return call.give({ type: 'cancelled', id, cancel: call.peerRequest('CANCEL') })
      },
      lines: ['respond 487'],
    },
    {
      title: 'that waits when the peer ends the call gets 487 (§15.1.2)',
      given: call => call.asked('INVITE', { sdp: 'x' }).asked('BYE'),
      lines: ['respond 200', 'respond 487', 'ended bye by peer', 'over'],
    },
    {
      title: 'whose 2xx is never acknowledged ends the session (§14.2)',
      given: call => call.asked('INVITE', { sdp: 'x' }).give(answer).give({ type: 'no ack' }),
      lines: ['ended no ack', 'send BYE'],
    },
    {
      title: 'with a CSeq that is not higher gets 500 (§12.2.2)',
      given: call => call.asked('UPDATE').asked('UPDATE', { sdp: 'x', cseq: 90 }),
      lines: ['respond 500'],
    },
    {
      title: 'that requires something unknown gets 420 (§8.2.2.3)',
      given: call => call.asked('INVITE', { sdp: 'x', headers: [{ name: 'Require', value: 'foo' }] }),
      lines: ['respond 420'],
    },
  ])

  test('while another waits: 500 names 0 to 10 s (§14.2)', () => {
    const call = ours().asked('INVITE', { sdp: 'x' }).asked('INVITE', { sdp: 'y' })
    expect(call.lastHeader('Retry-After')).toMatch(/^(10|[0-9])$/)
  })

  test('moves the target when it is accepted, not when it is refused (§12.2, RFC 6141 §4.9)', () => {
    const call = ours().asked('INVITE', { sdp: 'x' }).give({ type: 'refuse offer', status: 488 })
    expect(call.call.session?.dialog.remoteTarget).toBe('sip:theirs@192.0.2.9')
    call.asked('INVITE', { sdp: 'x' }).give(answer).asked('ACK')
    expect(call.give({ type: 'hang up' }).last('BYE').uri).toBe('sip:moved@192.0.2.9')
  })
})

describe('session timers (RFC 4028)', () => {
  const REFRESHED = ['start refresh 900000', 'start expiry 1768000']
  const timed = (refresher: string, allow = ALLOW_UPDATE) =>
    ours({ headers: [allow, expires(`1800;refresher=${refresher}`)], profile: TIMED })
  const asUas = (value: string, supported: string, profile = {}) =>
    createTestIncoming({ headers: [expires(value), { name: 'Supported', value: supported }], profile }).give(
      answer,
    )

  test('are asked for (§7.1)', () => {
    const invite = createTestOutgoing({}, TIMED).last('INVITE')
    expect([header(invite, 'Session-Expires'), header(invite, 'Min-SE')]).toEqual(['1800', '90'])
  })

  shows([
    {
      title: 'as refresher we refresh after half the interval, and give up 32 s before its end (§7.2, §10)',
      start: () => timed('uac'),
      given: () => undefined,
      lines: ['send ACK', 'answered', ...REFRESHED],
    },
    {
      title: 'else we only wait (§10)',
      start: () => timed('uas'),
      given: () => undefined,
      lines: ['send ACK', 'answered', 'start expiry 1768000'],
    },
    {
      title: 'a short interval expires a third before its end (§10)',
      start: () => ours({ headers: [expires('90;refresher=uas')], profile: TIMED }),
      given: () => undefined,
      lines: ['send ACK', 'answered', 'start expiry 60000'],
    },
    {
      title: 'the refresh is an UPDATE where the peer allows it (§7.4)',
      start: () => timed('uac'),
      given: call => call.give(timer('refresh')),
      lines: ['send UPDATE'],
    },
    {
      title: 'the refresh is a re-INVITE where it does not (§7.4)',
      start: () => timed('uac', NO_UPDATE),
      given: call => call.give(timer('refresh')),
      lines: ['send INVITE'],
    },
    {
      title: 'a peer that does not know UPDATE after all is refreshed by re-INVITE',
      start: () => timed('uac'),
      given: call => call.give(timer('refresh')).answered('UPDATE', 501).give(timer('refresh')),
      lines: ['send INVITE'],
    },
    {
      title: 'a refresh starts both times anew and says nothing to the user',
      start: () => timed('uac', NO_UPDATE),
      given: call =>
        call
          .give(timer('refresh'))
          .answered('INVITE', 200, { sdp: 'their answer', headers: [expires('1800;refresher=uac')] }),
      lines: ['send ACK', ...REFRESHED],
    },
    {
      title: 'a refresh that cannot be sent now is tried again',
      start: () => timed('uac'),
      given: call => call.asked('INVITE', { sdp: 'x' }).give(timer('refresh')),
      lines: ['start refresh 2000'],
    },
    {
      title: 'a refresh upon 491 comes again by the times of RFC 3261 §14.1',
      start: () => timed('uac'),
      given: call => call.give(timer('refresh')).answered('UPDATE', 491),
      lines: ['start refresh 2100-4000'],
    },
    {
      title: 'without a refresh the session ends (§10)',
      start: () => timed('uas'),
      given: call => call.give(timer('expiry')),
      lines: ['ended expired', 'send BYE'],
    },
    {
      title: 'an interval that the peer finds too short is made longer (§7.4)',
      start: () => timed('uac'),
      given: call =>
        call.give(timer('refresh')).answered('UPDATE', 422, { headers: [{ name: 'Min-SE', value: '3600' }] }),
      lines: ['send UPDATE'],
    },
    {
      title: 'the peer’s refresh is answered and starts the time anew (§9)',
      start: () => timed('uas'),
      given: call =>
        call.asked('UPDATE', {
          headers: [expires('1800;refresher=uac'), { name: 'Supported', value: 'timer' }],
        }),
      lines: ['respond 200', 'start expiry 1768000'],
    },
    {
      title: 'an interval of the peer that is too short gets 422 (§9)',
      start: () => timed('uas'),
      given: call =>
        call.asked('UPDATE', { headers: [expires('30'), { name: 'Supported', value: 'timer' }] }),
      lines: ['respond 422'],
    },
    {
      title: 'a peer without the extension leaves the refreshing to us (§9, table 2)',
      start: () => asUas('1800', '100rel'),
      given: () => undefined,
      lines: ['respond 200', ...REFRESHED],
    },
    {
      title: 'a peer with it refreshes by itself (§9, table 2)',
      start: () => asUas('1800', 'timer'),
      given: () => undefined,
      lines: ['respond 200', 'start expiry 1768000'],
    },
    {
      title: 'a peer that asks for none is refreshed by us, where we wish one (§9, table 2)',
      start: () =>
        createTestIncoming({ headers: [{ name: 'Supported', value: 'timer' }], profile: TIMED }).give(answer),
      given: () => undefined,
      lines: ['respond 200', ...REFRESHED],
    },
    {
      title: 'a peer that does not know the extension either has a timer that is ours alone',
      start: () => createTestIncoming({ headers: [ALLOW_UPDATE], profile: TIMED }).give(answer),
      given: () => undefined,
      lines: ['respond 200', 'start refresh 900000'],
    },
    {
      title: 'a refresh that is refused is tried again while there is time (§10)',
      start: () => timed('uac'),
      given: call => call.give(timer('refresh')).answered('UPDATE', 500),
      lines: ['start refresh 10000'],
    },
    {
      title:
        'a peer that does not know the extension is refreshed with UPDATE all the same, and nothing expires (§7.2)',
      start: () => ours({ profile: TIMED }),
      given: call => call.give(timer('refresh')).answered('UPDATE', 200, { headers: [ALLOW_UPDATE] }),
      lines: ['start refresh 900000'],
    },
    {
      title: 'whatever that peer answers, it is there',
      start: () => ours({ profile: TIMED }),
      given: call => call.give(timer('refresh')).answered('UPDATE', 500),
      lines: ['start refresh 900000'],
    },
    {
      title: 'that peer is asked no more when it does not know UPDATE after all',
      start: () => ours({ profile: TIMED }),
      given: call => call.give(timer('refresh')).answered('UPDATE', 501).give(timer('refresh')),
      lines: [],
    },
    {
      title: 'that peer is gone when it answers nothing (RFC 3261 §12.2.1.2)',
      start: () => ours({ profile: TIMED }),
      given: call => call.give(timer('refresh')).answered('UPDATE', 408),
      lines: ['ended gone', 'send BYE'],
    },
    {
      title: 'a peer that knows the extension and wants no timer has none (§7.2)',
      start: () => ours({ headers: [ALLOW_UPDATE, { name: 'Supported', value: 'timer' }], profile: TIMED }),
      given: () => undefined,
      lines: ['send ACK', 'answered'],
    },
    {
      title: 'a peer that does not take UPDATE either has none',
      start: () => ours({ headers: [NO_UPDATE], profile: TIMED }),
      given: () => undefined,
      lines: ['send ACK', 'answered'],
    },
    {
      title: 'a peer that chose us is obeyed (§9, table 2)',
      start: () => asUas('1800;refresher=uas', 'timer'),
      given: () => undefined,
      lines: ['respond 200', ...REFRESHED],
    },
  ])

  test('the 2xx requires the extension only from a peer that is to refresh (§9)', () => {
    expect(asUas('1800', 'timer').lastHeader('Require')).toBe('timer')
    expect(asUas('1800', 'timer').lastHeader('Session-Expires')).toBe('1800;refresher=uac')
    expect(asUas('1800', 'x').lastHeader('Require')).toBeUndefined()
  })

  test('the shorter interval counts, down to the peer’s Min-SE (§9)', () => {
    const short = { timer: { interval: 120, minSe: 90 } }
    expect(asUas('1800', 'timer', short).lastHeader('Session-Expires')).toBe('120;refresher=uac')
  })

  test('a refresh says who refreshes, so that the roles stay (§7.4)', () => {
    const call = timed('uac').give(timer('refresh'))
    expect(header(call.last('UPDATE'), 'Session-Expires')).toBe('1800;refresher=uac')
    expect(call.last('UPDATE').body).toHaveLength(0)
  })
})

describe('other requests in a session', () => {
  shows([
    {
      title: 'INFO is for the user',
      given: call => call.asked('INFO'),
      lines: ['request'],
    },
    {
      title: 'OPTIONS is answered (RFC 3261 §11.2)',
      given: call => call.asked('OPTIONS'),
      lines: ['respond 200'],
    },
    {
      title: 'a method that we did not allow gets 405 (§8.2.1)',
      given: call => call.asked('PUBLISH'),
      lines: ['respond 405'],
    },
    {
      title: 'BYE is answered and ends it (§15.1.2)',
      given: call => call.asked('BYE'),
      lines: ['respond 200', 'ended bye by peer', 'over'],
    },
    {
      title: 'our BYE ends it at once for the user (§15.1.1)',
      given: call => call.give({ type: 'hang up' }),
      lines: ['ended bye by us', 'send BYE'],
    },
    {
      title: 'our BYE answered, nothing is left',
      given: call => call.give({ type: 'hang up' }).answered('BYE', 200),
      lines: ['over'],
    },
    {
      title: 'two BYEs that cross are both answered',
      given: call => call.give({ type: 'hang up' }).asked('BYE'),
      lines: ['respond 200'],
    },
    {
      title: 'after our BYE others get 481 (§15.1.1)',
      given: call => call.give({ type: 'hang up' }).asked('INFO'),
      lines: ['respond 481'],
    },
    {
      title: 'our INFO is answered to the user',
      given: call => call.give({ type: 'send', method: 'INFO' }).answered('INFO', 200),
      lines: ['reply'],
    },
    {
      title: '481 to our INFO ends the session (§12.2.1.2)',
      given: call => call.give({ type: 'send', method: 'INFO' }).answered('INFO', 481),
      lines: ['ended gone', 'send BYE', 'reply'],
    },
    {
      title: '481 to our NOTIFY ends only its subscription (RFC 5057 §5.1)',
      given: call => call.give({ type: 'send', method: 'NOTIFY' }).answered('NOTIFY', 481),
      lines: ['reply'],
    },
    {
      title: 'a challenge to our BYE is for the user, too',
      given: call => call.give({ type: 'hang up' }).answered('BYE', 401),
      lines: ['challenged'],
    },
    {
      title: 'a BYE without credentials is all the same the end',
      given: call => {
        call.give({ type: 'hang up' }).answered('BYE', 401)
        return call.give({ type: 'authorize', cseq: 2, headers: [] })
      },
      lines: ['over'],
    },
  ])

  test('a BYE tells its reasons (RFC 3326)', () => {
    const call = ours().asked('BYE', {
      headers: [{ name: 'Reason', value: 'Q.850;cause=16;text="Normal, clearing"' }],
    })
    const told = call.effects.find(effect => effect.type === 'tell' && effect.event.type === 'ended')
    expect(told).toMatchObject({
      event: {
        ending: { type: 'bye', reasons: [{ protocol: 'Q.850', cause: 16, text: 'Normal, clearing' }] },
      },
    })
  })
})
