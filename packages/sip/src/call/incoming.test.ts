import { describe, expect, test } from 'vitest'
import {
  createTestIncoming,
  incomingStep,
  type TestCall,
  type TestIncomingOptions,
} from '../testing/calls.ts'

const SUPPORTED = [{ name: 'Supported', value: '100rel, timer' }]
const REQUIRED = [{ name: 'Require', value: '100rel' }]
const rack = (value: string) => ({ headers: [{ name: 'RAck', value }] })
const early = { type: 'progress', status: 183, sdp: 'our answer', reliable: true } as const
const answer = { type: 'answer', sdp: 'our answer' } as const
const timer = (name: string) => ({ type: 'timer', name }) as const

interface Row {
  title: string
  options?: TestIncomingOptions
  given: (call: TestCall) => unknown
  phase: string
  lines: string[]
}

describe('a call to us', () => {
  test.each<Row>([
    {
      title: 'rings unreliably, and says so every minute (RFC 3261 §13.3.1.1)',
      given: call => call.give({ type: 'progress', status: 180 }).give(timer('still ringing')),
      phase: 'ringing',
      lines: ['respond 180', 'start still ringing 60000'],
    },
    {
      title: 'is answered, and waits for the ACK (§13.3.1.4)',
      given: call => call.give(answer),
      phase: 'answered',
      lines: ['respond 200'],
    },
    {
      title: 'tells when the ACK came, once',
      given: call => call.give(answer).asked('ACK'),
      phase: 'answered',
      lines: ['acknowledged'],
    },
    {
      title: 'without offer: our offer is in the 2xx, the answer in the ACK (§13.2.1)',
      options: { withoutOffer: true },
      given: call => call.give(answer).asked('ACK', { sdp: 'their answer' }),
      phase: 'answered',
      lines: ['acknowledged', 'offer accepted'],
    },
    {
      title: 'without offer and without answer in the ACK, it ends',
      options: { withoutOffer: true },
      given: call => call.give(answer).asked('ACK'),
      phase: 'answered',
      lines: ['acknowledged', 'ended no session', 'send BYE'],
    },
    {
      title: 'without ACK, it ends with BYE (§13.3.1.4)',
      given: call => call.give(answer).give({ type: 'no ack' }),
      phase: 'answered',
      lines: ['ended no ack', 'send BYE'],
    },
    {
      title: 'hung up before the ACK, the BYE waits for it (§15)',
      given: call => call.give(answer).give({ type: 'hang up' }),
      phase: 'answered',
      lines: ['ended bye by us'],
    },
    {
      title: 'hung up before the ACK, the BYE follows the ACK (§15)',
      given: call => call.give(answer).give({ type: 'hang up' }).asked('ACK'),
      phase: 'answered',
      lines: ['acknowledged', 'send BYE'],
    },
    {
      title: 'hung up before an ACK that never comes, the BYE goes out then (§15)',
      given: call => call.give(answer).give({ type: 'hang up' }).give({ type: 'no ack' }),
      phase: 'answered',
      lines: ['send BYE'],
    },
    {
      title: 'hung up before the answer, it is refused',
      given: call => call.give({ type: 'hang up', status: 486 }),
      phase: 'over',
      lines: ['respond 486', 'ended refused 486', 'over'],
    },
    {
      title: 'cancelled, its INVITE gets 487 (§9.2)',
      given: call =>
        call.give({ type: 'cancelled', id: 'server INVITE', cancel: call.peerRequest('CANCEL') }),
      phase: 'over',
      lines: ['respond 487', 'ended abandoned by peer', 'over'],
    },
    {
      title: 'a CANCEL that crossed our 2xx changes nothing (§9.2)',
      given: call =>
        call
          .give(answer)
          .give({ type: 'cancelled', id: 'server INVITE', cancel: call.peerRequest('CANCEL') }),
      phase: 'answered',
      lines: ['unexpected cancelled'],
    },
    {
      title: 'ended by BYE while early, the BYE gets 200 and the INVITE 487 (§15.1.2)',
      given: call => call.give({ type: 'progress', status: 180 }).asked('BYE'),
      phase: 'over',
      lines: ['respond 200', 'respond 487', 'ended abandoned by peer', 'over'],
    },
    {
      title: 'whose Expires has run out gets 487 (§13.3.1)',
      options: { headers: [{ name: 'Expires', value: '30' }] },
      given: call => call.give(timer('invite expires')),
      phase: 'over',
      lines: ['respond 487', 'ended abandoned by peer', 'over'],
    },
    {
      title: 'to a caller who supports 100rel, early media are sent reliably (RFC 3262 §3)',
      options: { headers: SUPPORTED },
      given: call => call.give(early),
      phase: 'ringing',
      lines: [
        'respond 183',
        'start provisional 500',
        'start provisional limit 32000',
        'start still ringing 60000',
      ],
    },
    {
      title: 'to a caller who requires 100rel, every provisional response is reliable (§3)',
      options: { headers: REQUIRED },
      given: call => call.give({ type: 'progress', status: 180 }),
      phase: 'ringing',
      lines: [
        'respond 180',
        'start provisional 500',
        'start provisional limit 32000',
        'start still ringing 60000',
      ],
    },
    {
      title: 'a second reliable response waits for the PRACK of the first (§3)',
      options: { headers: REQUIRED },
      given: call => call.give(early).give({ type: 'progress', status: 180 }),
      phase: 'ringing',
      lines: ['start still ringing 60000'],
    },
    {
      title: 'the PRACK lets the second one out (§3)',
      options: { headers: REQUIRED },
      given: call =>
        call.give(early).give({ type: 'progress', status: 180 }).asked('PRACK', rack('41 100 INVITE')),
      phase: 'ringing',
      lines: ['respond 180', 'start provisional 500', 'start provisional limit 32000', 'respond 200'],
    },
    {
      title: 'still ringing after a minute, it says so reliably too (§3)',
      options: { headers: REQUIRED },
      given: call =>
        call
          .give({ type: 'progress', status: 180 })
          .asked('PRACK', rack('41 100 INVITE'))
          .give(timer('still ringing')),
      phase: 'ringing',
      lines: [
        'respond 180',
        'start provisional 500',
        'start provisional limit 32000',
        'start still ringing 60000',
      ],
    },
    {
      title: 'a PRACK for something else gets 481 (§3)',
      options: { headers: REQUIRED },
      given: call => call.give(early).asked('PRACK', rack('40 100 INVITE')),
      phase: 'ringing',
      lines: ['respond 481'],
    },
    {
      title: 'without PRACK within 64*T1, the INVITE is refused with a 5xx (§3)',
      options: { headers: REQUIRED },
      given: call => call.give(early).give(timer('provisional limit')),
      phase: 'over',
      lines: ['respond 504', 'ended no ack', 'over'],
    },
    {
      title: 'the 2xx does not overtake a description that waits for its PRACK (§3)',
      options: { headers: REQUIRED },
      given: call => call.give(early).give(answer),
      phase: 'ringing',
      lines: [],
    },
    {
      title: 'the 2xx follows the PRACK (§3)',
      options: { headers: REQUIRED },
      given: call => call.give(early).give(answer).asked('PRACK', rack('41 100 INVITE')),
      phase: 'answered',
      lines: ['respond 200', 'respond 200'],
    },
    {
      title: 'without offer: our offer in a reliable 183 is answered in the PRACK (§5)',
      options: { headers: REQUIRED, withoutOffer: true },
      given: call => call.give(early).asked('PRACK', { ...rack('41 100 INVITE'), sdp: 'their answer' }),
      phase: 'ringing',
      lines: ['respond 200', 'offer accepted'],
    },
    {
      title: 'an offer in the PRACK is told, and answered in its 2xx (§5)',
      options: { headers: REQUIRED },
      given: call =>
        call
          .give(early)
          .asked('PRACK', { ...rack('41 100 INVITE'), sdp: 'their next offer' })
          .give({ type: 'answer', sdp: 'our next answer' }),
      phase: 'ringing',
      lines: ['respond 200'],
    },
    {
      title:
        'an UPDATE with an offer before our answer to the INVITE gets 500 with Retry-After (RFC 3311 §5.2)',
      given: call => call.asked('UPDATE', { sdp: 'another offer' }),
      phase: 'ringing',
      lines: ['respond 500'],
    },
    {
      title: 'an UPDATE with an offer after early media is told and answered (RFC 3311 §5.2)',
      options: { headers: REQUIRED },
      given: call =>
        call
          .give(early)
          .asked('PRACK', rack('41 100 INVITE'))
          .asked('UPDATE', { sdp: 'another offer' })
          .give({ type: 'answer', sdp: 'another answer' }),
      phase: 'ringing',
      lines: ['respond 200'],
    },
    {
      title: 'cancelled while an UPDATE waits, both get 487',
      options: { headers: REQUIRED },
      given: call => {
        call.give(early).asked('PRACK', rack('41 100 INVITE')).asked('UPDATE', { sdp: 'another offer' })
        return call.give({ type: 'cancelled', id: 'server INVITE', cancel: call.peerRequest('CANCEL') })
      },
      phase: 'over',
      lines: ['respond 487', 'respond 487', 'ended abandoned by peer', 'over'],
    },
  ])('$title', ({ options, given, phase, lines }) => {
    const call = createTestIncoming(options)
    given(call)
    expect({ phase: call.call.phase, lines: call.lines() }).toEqual({ phase, lines })
  })

  test('reliable responses are repeated from T1, doubling each time (RFC 3262 §3)', () => {
    const call = createTestIncoming({ headers: REQUIRED }).give(early)
    const waits = [1, 2, 3, 4].map(() => call.give(timer('provisional')).lines())
    expect(waits.map(lines => lines[1])).toEqual(
      [1000, 2000, 4000, 8000].map(ms => `start provisional ${ms}`),
    )
    expect(new Set(call.responses.map(response => JSON.stringify(response.headers))).size).toBe(1)
    expect(call.lastHeader('RSeq')).toBe('41')
    expect(call.lastHeader('Require')).toBe('100rel')
  })

  test('what a reliable 183 settled is not said again in the 2xx (RFC 6337 §3.1.1)', () => {
    const call = createTestIncoming({ headers: REQUIRED }).give(early)
    call.asked('PRACK', rack('41 100 INVITE')).give(answer)
    expect(call.responses.at(-1)).toMatchObject({ status: 200, body: { length: 0 } })
    expect(call.call.session?.media).toEqual({ state: 'settled', local: 'our answer', remote: 'their offer' })
  })

  test.each<[string, TestIncomingOptions, number, string, string]>([
    ['an unknown extension', { headers: [{ name: 'Require', value: 'foo' }] }, 420, 'Unsupported', 'foo'],
    [
      'a session interval that is too short (RFC 4028 §9)',
      { headers: [...SUPPORTED, { name: 'Session-Expires', value: '60' }] },
      422,
      'Min-SE',
      '90',
    ],
    [
      'a body that is no session description (RFC 3261 §8.2.3)',
      { headers: [{ name: 'Content-Type', value: 'text/plain' }] },
      415,
      'Accept',
      'application/sdp, multipart/mixed, multipart/alternative, multipart/related',
    ],
  ])('with %s is refused', (_, options, status, name, value) => {
    const { call, effects } = incomingStep(options)
    expect(call).toBeUndefined()
    const [effect] = effects
    const response = effect?.type === 'respond' ? effect.response : undefined
    expect(response?.status).toBe(status)
    expect(response?.headers).toContainEqual({ name, value })
  })
})
