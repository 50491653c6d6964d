import { describe, expect, test } from 'vitest'
import { createResponse } from '../message/build.ts'
import { header } from '../message/header-names.ts'
import { toOf, topVia } from '../message/headers.ts'
import type { Header, SipRequest, SipResponse } from '../message/message.ts'
import { tagOf } from '../message/name-addr.ts'
import { createTestLayer, TCP, UDP } from '../testing/layer.ts'
import { createTestRequest } from '../testing/messages.ts'

const invite = createTestRequest()
const bye = createTestRequest({ method: 'BYE', branch: 'z9hG4bKbye', toTag: 'ours', cseq: 2 })
const ackFor2xx = createTestRequest({ method: 'ACK', branch: 'z9hG4bKack', toTag: 'ours' })
const answer = (request: SipRequest, status: number): SipResponse =>
  createResponse(request, status, { toTag: 'ours' })

function ringing(flow = UDP) {
  const test = createTestLayer()
  test.layer.receive(invite, flow)
  const { id } = test.lastId()
  return { ...test, id }
}

const noHopLeft = (h: Header): Header => (h.name === 'Max-Forwards' ? { ...h, value: '0' } : h)

/** The schedule of RFC 3261 §13.3.1.4 and of Timer G: doubling from T1 to T2, within 64*T1. */
const SCHEDULE = [0, 500, 1500, 3500, 7500, 11500, 15500, 19500, 23500, 27500, 31500]

describe('an INVITE', () => {
  test('is answered 100 at once and handed to the user (RFC 3261 §17.2.1)', () => {
    const { lines, eventTypes } = ringing()
    expect(lines()).toEqual(['100'])
    expect(eventTypes()).toEqual(['request'])
  })

  test('is answered 100 after 200 ms, or not at all, where the layer may wait (RFC 3261 §17.2.1)', () => {
    const slow = createTestLayer({ delaysTrying: true })
    slow.layer.receive(invite, UDP)
    slow.clock.advance(1000)
    expect(slow.times('100')).toEqual([200])
    const quick = createTestLayer({ delaysTrying: true })
    quick.layer.receive(invite, UDP)
    quick.layer.respond(quick.lastId().id, answer(invite, 180))
    quick.clock.advance(1000)
    expect(quick.lines()).toEqual(['180'])
  })

  test('that comes again is handed over once and answered again', () => {
    const { layer, lines, eventTypes, id } = ringing()
    layer.respond(id, answer(invite, 180))
    layer.receive(invite, UDP)
    expect(lines()).toEqual(['100', '180', '180'])
    expect(eventTypes()).toEqual(['request'])
  })

  test('answered 2xx: the 2xx is repeated from T1, doubling to T2, until the ACK (§13.3.1.4)', () => {
    const { layer, clock, times, events, id } = ringing()
    layer.respond(id, answer(invite, 200))
    clock.advance(4000)
    expect(times('200')).toEqual([0, 500, 1500, 3500])
    layer.receive(ackFor2xx, UDP)
    clock.advance(20_000)
    expect(times('200')).toHaveLength(4)
    expect(events.at(-1)).toMatchObject({ type: 'ack', id })
  })

  test('answered 2xx over TCP: the 2xx is repeated too (§13.3.1.4)', () => {
    const { layer, clock, times, id } = ringing(TCP)
    layer.respond(id, answer(invite, 200))
    clock.advance(1500)
    expect(times('200')).toEqual([0, 500, 1500])
  })

  test('answered 2xx without ACK: after 64*T1 the user is told, to send BYE (§13.3.1.4)', () => {
    const { layer, clock, times, eventTypes, id } = ringing()
    layer.respond(id, answer(invite, 200))
    clock.advance(60_000)
    expect(times('200')).toEqual(SCHEDULE)
    expect(eventTypes()).toEqual(['request', 'no ack', 'terminated'])
    expect(clock.running()).toEqual([])
    expect(layer.stats().active).toBe(0)
  })

  test('answered 2xx: its ACK reaches the user once, however often it comes', () => {
    const { layer, eventTypes, id } = ringing()
    layer.respond(id, answer(invite, 200))
    layer.receive(ackFor2xx, UDP)
    layer.receive(ackFor2xx, UDP)
    layer.receive(createTestRequest({ method: 'ACK', branch: 'z9hG4bKack2', toTag: 'ours' }), UDP)
    expect(eventTypes()).toEqual(['request', 'ack'])
  })

  test('answered 2xx: an ACK with the branch of the INVITE, as some devices send it, counts too', () => {
    const { layer, eventTypes, id } = ringing()
    layer.respond(id, answer(invite, 200))
    layer.receive(createTestRequest({ method: 'ACK', toTag: 'ours' }), UDP)
    expect(eventTypes()).toEqual(['request', 'ack'])
  })

  test('answered 2xx: an ACK with the branch of the INVITE but of another dialog does not count (§13.3.1.4)', () => {
    const { layer, clock, eventTypes, id } = ringing()
    layer.respond(id, answer(invite, 200))
    layer.receive(createTestRequest({ method: 'ACK', toTag: 'another' }), UDP)
    clock.advance(40_000)
    expect(eventTypes()).toEqual(['request', 'ack', 'no ack', 'terminated'])
    expect(layer.stats().strayAcks).toBe(1)
  })

  test('refused: the failure is repeated until the ACK, which the user does not see (§17.2.1)', () => {
    const { layer, clock, times, eventTypes, id } = ringing()
    layer.respond(id, answer(invite, 486))
    clock.advance(1500)
    layer.receive(createTestRequest({ method: 'ACK', toTag: 'ours' }), UDP)
    clock.advance(60_000)
    expect(times('486')).toEqual([0, 500, 1500])
    expect(eventTypes()).toEqual(['request', 'terminated'])
    expect(layer.stats().active).toBe(0)
  })

  test('refused without ACK: after 64*T1 the user is told of a timeout', () => {
    const { layer, clock, times, eventTypes, id } = ringing()
    layer.respond(id, answer(invite, 486))
    clock.advance(60_000)
    expect(times('486')).toEqual(SCHEDULE)
    expect(eventTypes()).toEqual(['request', 'timeout', 'terminated'])
  })

  test('can be answered finally only once', () => {
    const { layer, id } = ringing()
    expect(layer.respond(id, answer(invite, 200))).toBe(true)
    expect(layer.respond(id, answer(invite, 486))).toBe(false)
    expect(layer.respond('nobody', answer(invite, 486))).toBe(false)
  })

  test('may be answered by the user within the event', () => {
    const test = createTestLayer({
      onEvent: event => event.type === 'request' && test.layer.respond(event.id, answer(event.request, 404)),
    })
    test.layer.receive(invite, UDP)
    expect(test.lines()).toEqual(['100', '404'])
  })
})

describe('a CANCEL (RFC 3261 §9.2)', () => {
  const cancel = createTestRequest({ method: 'CANCEL' })

  test('is answered 200, and the user is told to answer the INVITE 487', () => {
    const { layer, lines, eventTypes, sent, id } = ringing()
    layer.respond(id, answer(invite, 180))
    layer.receive(cancel, UDP)
    expect(lines()).toEqual(['100', '180', '200'])
    expect(eventTypes()).toEqual(['request', 'cancelled'])
    expect(header(sent[2]!.message, 'CSeq')).toBe('1 CANCEL')
    expect(tagOf(toOf(sent[2]!.message))).toBe('ours')
  })

  test('that comes again is answered again, and the user is told once', () => {
    const { layer, lines, eventTypes } = ringing()
    layer.receive(cancel, UDP)
    layer.receive(cancel, UDP)
    expect(lines()).toEqual(['100', '200', '200'])
    expect(eventTypes()).toEqual(['request', 'cancelled'])
  })

  test('after the final answer is answered 200 and changes nothing', () => {
    const { layer, lines, eventTypes, id } = ringing()
    layer.respond(id, answer(invite, 200))
    layer.receive(cancel, UDP)
    expect(lines()).toEqual(['100', '200', '200'])
    expect(eventTypes()).toEqual(['request'])
  })

  test('for an unknown INVITE is answered 481', () => {
    const { layer, lines, eventTypes } = createTestLayer()
    layer.receive(cancel, UDP)
    expect(lines()).toEqual(['481'])
    expect(eventTypes()).toEqual([])
  })
})

describe('other requests', () => {
  test('a BYE is handed over once; its answer is repeated for each repetition', () => {
    const { layer, lines, lastId, eventTypes, clock } = createTestLayer()
    layer.receive(bye, UDP)
    layer.receive(bye, UDP)
    expect(lines()).toEqual([])
    layer.respond(lastId().id, answer(bye, 200))
    layer.receive(bye, UDP)
    expect(lines()).toEqual(['200', '200'])
    clock.advance(32_000)
    expect(eventTypes()).toEqual(['request', 'terminated'])
  })

  test('an ACK for nothing known is handed over without an id and counted', () => {
    const { layer, events } = createTestLayer()
    layer.receive(ackFor2xx, UDP)
    expect(events).toMatchObject([{ type: 'ack', request: { method: 'ACK' } }])
    expect(events[0]).not.toHaveProperty('id')
    expect(layer.stats().strayAcks).toBe(1)
  })

  test('the same INVITE over another path is answered 482, and the first copy goes on (RFC 3261 §8.2.2.2)', () => {
    const { layer, lines, eventTypes, clock, id } = ringing()
    const merged = createTestRequest({ branch: 'z9hG4bKother' })
    layer.receive(merged, UDP)
    expect(lines()).toEqual(['100', '482'])
    expect(eventTypes()).toEqual(['request'])
    layer.respond(id, answer(invite, 486))
    clock.advance(60_000)
    layer.receive(createTestRequest({ branch: 'z9hG4bKlater' }), UDP)
    expect(lines().at(-1)).toBe('100')
  })

  test('requests inside a dialog are never taken for merged ones (§8.2.2.2)', () => {
    const { layer, eventTypes } = createTestLayer()
    layer.receive(bye, UDP)
    layer.receive(createTestRequest({ method: 'BYE', branch: 'z9hG4bKtwo', toTag: 'ours', cseq: 2 }), UDP)
    expect(eventTypes()).toEqual(['request', 'request'])
  })

  test('an INVITE without a hop left is taken by an end point and refused by a back-to-back user agent (RFC 4475 §3.3.11, RFC 7332)', () => {
    const last = { ...invite, headers: invite.headers.map(noHopLeft) }
    const endPoint = createTestLayer()
    endPoint.layer.receive(last, UDP)
    expect(endPoint.lines()).toEqual(['100'])
    const backToBack = createTestLayer({ refusesZeroHops: true })
    backToBack.layer.receive(last, UDP)
    expect(backToBack.lines()).toEqual(['483'])
    expect(backToBack.eventTypes()).toEqual([])
  })

  test('beyond the limit of transactions, a request is answered 503 and forgotten', () => {
    const { layer, lines, eventTypes } = createTestLayer({ maxTransactions: 1 })
    layer.receive(invite, UDP)
    layer.receive(bye, UDP)
    expect(lines()).toEqual(['100', '503'])
    expect(eventTypes()).toEqual(['request'])
    expect(layer.stats()).toMatchObject({ active: 1, refused: 1 })
  })

  test('a refused message is answered without a transaction; an ACK never is', () => {
    const { layer, sent, clock } = createTestLayer()
    layer.refuse(bye, 400, UDP)
    layer.refuse(ackFor2xx, 400, UDP)
    expect(sent.map(({ message }) => message)).toMatchObject([{ status: 400 }])
    expect(clock.running()).toEqual([])
  })
})

describe('where answers go', () => {
  const via = (value: string) => createTestRequest({ via: value, method: 'OPTIONS' })
  const source = { ...UDP, address: '198.51.100.7', port: 33333 }

  function answeredTo(request: SipRequest, flow = source) {
    const { layer, sent, lastId, events } = createTestLayer()
    layer.receive(request, flow)
    const event = events[0]!
    layer.respond(lastId().id, answer(event.type === 'request' ? event.request : request, 200))
    return sent[0]!
  }

  test('to the source, when rport was asked for, with received and rport filled in (RFC 3581 §4)', () => {
    const { flow, message } = answeredTo(via('SIP/2.0/UDP 10.0.0.1:5062;branch=z9hG4bKx;rport'))
    expect(flow).toEqual(source)
    expect(topVia(message)?.params).toEqual([
      { name: 'branch', value: 'z9hG4bKx' },
      { name: 'rport', value: '33333' },
      { name: 'received', value: '198.51.100.7' },
    ])
  })

  test('else to the sent-by port at the source address (RFC 3261 §18.2.2)', () => {
    const { flow, message } = answeredTo(via('SIP/2.0/UDP 10.0.0.1:5062;branch=z9hG4bKx'))
    expect(flow).toEqual({ ...source, port: 5062 })
    expect(header(message, 'Via')).toContain('received=198.51.100.7')
  })

  test('never to an address that the sender only claims', () => {
    const claimed = 'SIP/2.0/UDP 203.0.113.9;branch=z9hG4bKx;received=203.0.113.9;maddr=203.0.113.9'
    expect(answeredTo(via(claimed)).flow).toEqual({ ...source, port: 5060 })
  })

  test('over TCP on the connection of the request (§18.2.2)', () => {
    const { flow } = answeredTo(via('SIP/2.0/TCP 192.0.2.1:5070;branch=z9hG4bKx'), TCP)
    expect(flow).toEqual({ ...TCP, port: 5070 })
  })

  test('only the topmost of several Vias in one line is changed', () => {
    const { message } = answeredTo(
      via('SIP/2.0/UDP a.example;branch=z9hG4bKx, SIP/2.0/UDP b.example;branch=z9hG4bKy'),
    )
    expect(header(message, 'Via')).toBe(
      'SIP/2.0/UDP a.example;branch=z9hG4bKx;received=198.51.100.7, SIP/2.0/UDP b.example;branch=z9hG4bKy',
    )
  })
})
