import { describe, expect, test } from 'vitest'
import { createRequest } from '../message/build.ts'
import { topVia } from '../message/headers.ts'
import type { SipRequest } from '../message/message.ts'
import { branchOf } from '../message/via.ts'
import { createTestLayer, TCP, UDP } from '../testing/layer.ts'
import { createTestResponse } from '../testing/messages.ts'

const LIMIT = 1300

const request = (bodyLength: number, method = 'INVITE'): SipRequest =>
  createRequest({
    method,
    uri: 'sip:bob@192.0.2.1',
    from: { uri: 'sip:alice@192.0.2.2', params: [{ name: 'tag', value: 'alice' }] },
    to: { uri: 'sip:bob@192.0.2.1', params: [] },
    callId: 'call-3',
    cseq: 1,
    contentType: 'text/plain',
    body: 'x'.repeat(bodyLength),
  })

function sent(bodyLength: number, { flow = UDP, method = 'INVITE', datagramBytes = LIMIT } = {}) {
  const test = createTestLayer({ datagramBytes })
  const id = test.layer.request(request(bodyLength, method), flow)
  const ways = () =>
    test.sent.map(({ message, flow: { transport } }) => {
      const via = topVia(message)
      return `${(message as SipRequest).method} ${transport} ${via?.transport}`
    })
  return { ...test, id, ways }
}

describe('a request larger than the limit (RFC 3261 §18.1.1)', () => {
  test.each([
    ['small', 10, UDP, 'INVITE udp UDP'],
    ['large', 1300, UDP, 'INVITE tcp TCP'],
    ['large, over TCP anyway', 1300, TCP, 'INVITE tcp TCP'],
  ])('%s goes %s', (_, length, flow, way) => {
    expect(sent(length, { flow }).ways()).toEqual([way])
  })

  test('is not sent again over TCP', () => {
    const { clock, ways } = sent(1300)
    clock.advance(31_999)
    expect(ways()).toEqual(['INVITE tcp TCP'])
  })

  test.each(['INVITE', 'MESSAGE'])(
    '%s goes over UDP when TCP is not taken, as the same transaction',
    method => {
      const { layer, id, ways, clock, eventTypes, sent: messages } = sent(1300, { method })
      layer.transportError(id)
      expect(ways()).toEqual([`${method} tcp TCP`, `${method} udp UDP`])
      const [first, second] = messages.map(({ message }) => branchOf(topVia(message)!))
      expect(first).toBe(second)
      clock.advance(500)
      expect(ways()).toHaveLength(3)
      layer.receive(createTestResponse(messages[1]!.message as SipRequest, 200), UDP)
      expect(eventTypes()).toContain('response')
      expect(eventTypes()).not.toContain('transport error')
    },
  )

  test('that goes nowhere at all ends with a transport error, once', () => {
    const { layer, id, eventTypes } = sent(1300)
    layer.transportError(id)
    layer.transportError(id)
    expect(eventTypes()).toEqual(['transport error', 'terminated'])
    expect(layer.stats().active).toBe(0)
  })

  test('that was answered over TCP stays there', () => {
    const { layer, id, ways, eventTypes, sent: messages } = sent(1300)
    layer.receive(createTestResponse(messages[0]!.message as SipRequest, 180), TCP)
    layer.transportError(id)
    expect(ways()).toEqual(['INVITE tcp TCP'])
    expect(eventTypes()).not.toContain('terminated')
  })

  test('is cancelled over UDP when it went there, also when the user gave up before (§9.1)', () => {
    const { layer, id, ways, sent: messages } = sent(1300)
    layer.cancel(id)
    layer.transportError(id)
    layer.receive(createTestResponse(messages[1]!.message as SipRequest, 180), UDP)
    expect(ways()).toEqual(['INVITE tcp TCP', 'INVITE udp UDP', 'CANCEL udp UDP'])
  })

  test('goes over UDP where no limit was given', () => {
    const test = createTestLayer()
    test.layer.request(request(5000), UDP)
    expect(test.sent[0]!.flow).toEqual(UDP)
  })
})
