import { describe, expect, test } from 'vitest'
import { createResponse } from '../message/build.ts'
import type { SipRequest } from '../message/message.ts'
import { createTestLayer, stored, TCP, UDP } from '../testing/layer.ts'
import { createTestRequest } from '../testing/messages.ts'
import type { TransactionSnapshot } from './ports.ts'

const invite = createTestRequest({ body: 'v=0', headers: ['Content-Length: 3'] })
const answer = (request: SipRequest, status: number) => createResponse(request, status, { toTag: 'ours' })
const ack = createTestRequest({ method: 'ACK', branch: 'z9hG4bKack', toTag: 'ours' })
const ackForFailure = createTestRequest({ method: 'ACK', toTag: 'ours' })

/** A layer that got the INVITE and answered it so, and another that takes over from its snapshot. */
function takenOver({ status, flow = UDP }: { status?: number; flow?: typeof UDP }) {
  const before = createTestLayer()
  before.layer.receive(invite, flow)
  const event = before.events[0]!
  const { id } = before.lastId()
  const request = event.type === 'request' ? event.request : invite
  if (status !== undefined) before.layer.respond(id, answer(request, status))
  const snapshot = stored(before.layer.snapshot(id))
  const after = createTestLayer()
  expect(after.layer.restore(snapshot)).toBe(true)
  return { ...after, id, request, snapshot }
}

describe('an INVITE server transaction (RFC 3261 §17.2.1) after a restart', () => {
  test('in Proceeding is finished by the new process', () => {
    const { layer, id, request, sent, lines, eventTypes } = takenOver({ status: 180 })
    expect(lines()).toEqual([])
    layer.receive(invite, UDP)
    expect(layer.respond(id, answer(request, 200))).toBe(true)
    layer.receive(ack, UDP)
    expect(lines()).toEqual(['180', '200'])
    expect(sent[1]!.flow).toEqual(UDP)
    expect(eventTypes()).toEqual(['ack'])
  })

  test('before any answer but 100 still takes a CANCEL', () => {
    const { layer, eventTypes, lines } = takenOver({})
    layer.receive(createTestRequest({ method: 'CANCEL' }), UDP)
    expect(lines()).toEqual(['200'])
    expect(eventTypes()).toEqual(['cancelled'])
  })

  test('with a 2xx that waits for its ACK goes on repeating it', () => {
    const { layer, clock, times, eventTypes } = takenOver({ status: 200 })
    clock.advance(1500)
    expect(times('200')).toEqual([500, 1500])
    layer.receive(ack, UDP)
    clock.advance(60_000)
    expect(times('200')).toHaveLength(2)
    expect(eventTypes()).toEqual(['ack', 'terminated'])
  })

  test('with a failure that waits for its ACK goes on repeating it', () => {
    const { layer, clock, times } = takenOver({ status: 486 })
    clock.advance(500)
    layer.receive(ackForFailure, UDP)
    clock.advance(60_000)
    expect(times('486')).toEqual([500])
    expect(layer.stats().active).toBe(0)
  })

  test('over TCP keeps its connection', () => {
    const { layer, id, request, sent } = takenOver({ flow: TCP })
    layer.respond(id, answer(request, 404))
    expect(sent[0]!.flow.connection).toBe('c1')
  })

  test('is restored once', () => {
    const { layer, snapshot } = takenOver({})
    expect(layer.restore(snapshot)).toBe(false)
  })
})

test('only INVITE server transactions have a snapshot', () => {
  const { layer, lastId } = createTestLayer()
  layer.receive(createTestRequest({ method: 'OPTIONS' }), UDP)
  expect(layer.snapshot(lastId().id)).toBeUndefined()
  expect(layer.snapshot('nobody')).toBeUndefined()
})

test.each<[string, Partial<Record<keyof TransactionSnapshot, unknown>>]>([
  ['of another version', { version: 2 }],
  ['with a broken request', { request: 'INVITE' }],
  ['without its response', { response: undefined }],
  ['in an unknown state', { state: 'waiting' }],
])('a snapshot %s is refused', (_, change) => {
  const { layer, lastId } = createTestLayer()
  layer.receive(invite, UDP)
  const snapshot = { ...layer.snapshot(lastId().id), ...change } as TransactionSnapshot
  expect(createTestLayer().layer.restore(snapshot)).toBe(false)
})
