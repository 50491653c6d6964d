import { describe, expect, test } from 'vitest'
import { createRequest } from '../message/build.ts'
import { header } from '../message/header-names.ts'
import { topVia } from '../message/headers.ts'
import type { SipRequest } from '../message/message.ts'
import { branchOf } from '../message/via.ts'
import { createTestLayer, TCP, UDP } from '../testing/layer.ts'
import { createTestResponse, type TestResponseOptions } from '../testing/messages.ts'

const request = (method: string): SipRequest =>
  createRequest({
    method,
    uri: 'sip:bob@192.0.2.1',
    from: { uri: 'sip:alice@192.0.2.2', params: [{ name: 'tag', value: 'alice' }] },
    to: { uri: 'sip:bob@192.0.2.1', params: [] },
    callId: 'call-2',
    cseq: 1,
  })

function calling(method = 'INVITE', flow = UDP) {
  const test = createTestLayer()
  const id = test.layer.request(request(method), flow)
  const sent = test.sent[0]!.message as SipRequest
  const answer = (status: number, options?: TestResponseOptions): void =>
    test.layer.receive(createTestResponse(sent, status, options), flow)
  return { ...test, id, request: sent, answer }
}

describe('a request of ours', () => {
  test('gets a Via with our address, a new branch and rport (RFC 3261 §8.1.1.7, RFC 3581 §3)', () => {
    const via = topVia(calling().request)
    expect(via).toMatchObject({ transport: 'UDP', host: '192.0.2.2', port: 5060 })
    expect(branchOf(via!)).toBe('z9hG4bKtoken1')
    expect(via?.params).toContainEqual({ name: 'rport' })
  })

  test('INVITE: repeated from T1, doubling, given up after 64*T1 (§17.1.1.2)', () => {
    const { clock, times, eventTypes, layer } = calling()
    clock.advance(60_000)
    expect(times('INVITE')).toEqual([0, 500, 1500, 3500, 7500, 15500, 31500])
    expect(eventTypes()).toEqual(['timeout', 'terminated'])
    expect(layer.stats()).toMatchObject({ active: 0, timeouts: 1, retransmissionsSent: 6 })
  })

  test('BYE: repeated from T1, doubling to T2, given up after 64*T1 (§17.1.2.2)', () => {
    const { clock, times, eventTypes } = calling('BYE')
    clock.advance(60_000)
    expect(times('BYE')).toEqual([0, 500, 1500, 3500, 7500, 11500, 15500, 19500, 23500, 27500, 31500])
    expect(eventTypes()).toEqual(['timeout', 'terminated'])
  })

  test('is sent once over TCP', () => {
    const { clock, times } = calling('INVITE', TCP)
    clock.advance(31_999)
    expect(times('INVITE')).toEqual([0])
  })

  test('INVITE refused: the ACK is sent without the user, for each repetition of the failure', () => {
    const { answer, lines, eventTypes } = calling()
    answer(180)
    answer(486)
    answer(486)
    expect(lines()).toEqual(['INVITE', 'ACK', 'ACK'])
    expect(eventTypes()).toEqual(['response', 'response'])
  })

  test('a transport error is told as such', () => {
    const { layer, id, eventTypes } = calling()
    layer.transportError(id)
    expect(eventTypes()).toEqual(['transport error', 'terminated'])
  })
})

describe('a 2xx to our INVITE', () => {
  const ack = (): SipRequest => ({ ...request('ACK'), headers: withToTag(request('ACK')) })
  const withToTag = (message: SipRequest) =>
    message.headers.map(h => (h.name === 'To' ? { name: 'To', value: `${h.value};tag=callee` } : h))

  test('that comes again gets the same ACK again, without the user (RFC 3261 §13.2.2.4)', () => {
    const { layer, id, answer, sent, lines, eventTypes } = calling()
    answer(200)
    layer.acknowledge(id, ack(), UDP)
    answer(200)
    expect(lines()).toEqual(['INVITE', 'ACK', 'ACK'])
    expect(sent[2]!.message).toBe(sent[1]!.message)
    expect(branchOf(topVia(sent[1]!.message)!)).not.toBe('z9hG4bKtoken1')
    expect(eventTypes()).toEqual(['response'])
  })

  test('from another branch of a forking proxy reaches the user (§13.2.2.4, RFC 6026 §7.2)', () => {
    const { layer, id, answer, eventTypes } = calling()
    answer(200)
    layer.acknowledge(id, ack(), UDP)
    answer(200, { toTag: 'other' })
    expect(eventTypes()).toEqual(['response', 'response'])
  })

  test('after the end of the transaction is told as stray', () => {
    const { answer, clock, eventTypes, layer } = calling()
    answer(200)
    clock.advance(32_000)
    answer(200)
    expect(eventTypes()).toEqual(['response', 'terminated', 'stray response'])
    expect(layer.stats().strayResponses).toBe(1)
  })
})

describe('cancelling our INVITE (RFC 3261 §9.1)', () => {
  test('waits for a provisional response', () => {
    const { layer, id, answer, lines } = calling()
    expect(layer.cancel(id)).toBe(true)
    expect(lines()).toEqual(['INVITE'])
    answer(180)
    expect(lines()).toEqual(['INVITE', 'CANCEL'])
  })

  test('sends CANCEL with the Via, Request-URI and CSeq number of the INVITE, once', () => {
    const { layer, id, answer, sent, request: invite, lines } = calling()
    answer(180)
    layer.cancel(id)
    layer.cancel(id)
    expect(lines()).toEqual(['INVITE', 'CANCEL'])
    const cancel = sent[1]!.message as SipRequest
    expect(cancel.uri).toBe(invite.uri)
    expect(header(cancel, 'Via')).toBe(header(invite, 'Via'))
    expect(header(cancel, 'CSeq')).toBe('1 CANCEL')
  })

  test('carries a reason, also when it had to wait (RFC 3326)', () => {
    const { layer, id, answer, sent } = calling()
    layer.cancel(id, [{ name: 'Reason', value: 'SIP;cause=200' }])
    answer(180)
    expect(header(sent[1]!.message, 'Reason')).toBe('SIP;cause=200')
  })

  test('the 200 to CANCEL is the layer’s business; the 487 reaches the user', () => {
    const { layer, id, answer, sent, lines, eventTypes } = calling()
    answer(180)
    layer.cancel(id)
    layer.receive(createTestResponse(sent[1]!.message as SipRequest, 200), UDP)
    answer(487)
    expect(lines()).toEqual(['INVITE', 'CANCEL', 'ACK'])
    expect(eventTypes()).toEqual(['response', 'response'])
  })

  test('a 2xx that crosses the CANCEL reaches the user, who acknowledges it and sends BYE', () => {
    const { layer, id, answer, events } = calling()
    answer(180)
    layer.cancel(id)
    answer(200)
    expect(events.at(-1)).toMatchObject({ type: 'response', response: { status: 200 } })
  })

  test('a final answer before any provisional one ends the wish', () => {
    const { layer, id, answer, lines } = calling()
    layer.cancel(id)
    answer(200)
    expect(lines()).toEqual(['INVITE'])
    expect(layer.cancel(id)).toBe(false)
  })

  test('without a final answer within 64*T1 the INVITE is given up', () => {
    const { layer, id, answer, clock, eventTypes } = calling()
    answer(180)
    layer.cancel(id)
    clock.advance(32_000)
    expect(eventTypes()).toEqual(['response', 'timeout', 'terminated'])
    clock.advance(32_000)
    expect(clock.running()).toEqual([])
    expect(layer.stats().active).toBe(0)
  })
})
