import { describe, expect, test } from 'vitest'
import { createResponse } from '../message/build.ts'
import { header } from '../message/header-names.ts'
import { topVia } from '../message/headers.ts'
import type { SipRequest } from '../message/message.ts'
import { branchOf } from '../message/via.ts'
import type { CallEvent } from '../session/events.ts'
import { ORDER, PROFILE } from '../testing/calls.ts'
import { createTestClock } from '../testing/clock.ts'
import { createTestLayer, stored, UDP } from '../testing/layer.ts'
import { createTestRequest, createTestResponse, type TestResponseOptions } from '../testing/messages.ts'
import { type CallAgent, createCallAgent } from './agent.ts'
import type { Call } from './call.ts'

/** An agent on a layer of its own, whose events and stored calls can be looked at. */
function createTestAgent(onEvent: (agent: CallAgent, key: string, event: CallEvent) => void = () => {}) {
  const events: string[] = []
  const kept = new Map<string, Call>()
  const wire = createTestLayer({ onEvent: event => void agent.take(event) })
  const clock = createTestClock(timer => agent.timerFired(timer))
  const agent: CallAgent = createCallAgent({
    layer: wire.layer,
    timers: clock.timers,
    random: () => 0.5,
    flowTo: () => UDP,
    keep: (key, call) => void kept.set(key, JSON.parse(JSON.stringify(call)) as Call),
    onEvent: (key, event) => {
      events.push(event.type)
      onEvent(agent, key, event)
    },
  })
  const sentRequest = (method: string): SipRequest =>
    wire.sent.findLast(({ message }) => message.kind === 'request' && message.method === method)!
      .message as SipRequest
  const answer = (method: string, status: number, options?: TestResponseOptions): void =>
    wire.layer.receive(createTestResponse(sentRequest(method), status, options), UDP)
  return { ...wire, agent, agentClock: clock, told: events, kept, sentRequest, answer }
}

const SDP = { headers: ['Content-Type: application/sdp', 'Content-Length: 3'] }
const answerWithSdp = (test: ReturnType<typeof createTestAgent>, toTag = 'callee'): void => {
  const invite = test.sentRequest('INVITE')
  const response = createResponse(invite, 200, {
    toTag,
    headers: [{ name: 'Contact', value: '<sip:bob@192.0.2.9>' }],
    body: 'v=0',
    contentType: 'application/sdp',
  })
  test.layer.receive(response, UDP)
}

function talking() {
  const test = createTestAgent()
  test.agent.dial('mine', ORDER, PROFILE)
  answerWithSdp(test)
  return test
}

describe('a call agent', () => {
  test('dials, tells, acknowledges and hangs up', () => {
    const { agent, told, lines, answer } = talking()
    agent.give('mine', { type: 'hang up' })
    answer('BYE', 200)
    expect(lines()).toEqual(['INVITE', 'ACK', 'BYE'])
    expect(told).toEqual(['answered', 'ended', 'over'])
    expect(agent.size).toBe(0)
  })

  test('holds the CANCEL back until a provisional response came (RFC 3261 §9.1)', () => {
    const { agent, lines, answer, told, sentRequest } = createTestAgent()
    agent.dial('mine', ORDER, PROFILE)
    agent.give('mine', { type: 'hang up', headers: [{ name: 'Reason', value: 'SIP;cause=200' }] })
    expect(lines()).toEqual(['INVITE'])
    answer('INVITE', 180)
    expect(lines()).toEqual(['INVITE', 'CANCEL'])
    expect(header(sentRequest('CANCEL'), 'Reason')).toBe('SIP;cause=200')
    answer('INVITE', 487)
    expect(told).toEqual(['ended', 'over'])
  })

  test('an INVITE that nobody answers counts as 408 (§8.1.3.1)', () => {
    const { agent, clock, told } = createTestAgent()
    agent.dial('mine', ORDER, PROFILE)
    clock.advance(32_000)
    expect(told).toEqual(['ended', 'over'])
  })

  test('a transport error counts as 503 (§8.1.3.1)', () => {
    const { agent, layer, kept } = createTestAgent()
    agent.dial('mine', ORDER, PROFILE)
    layer.transportError('client ["z9hg4bktoken1","INVITE"]')
    expect(kept.get('mine')?.phase).toBe('over')
  })

  test('ends the answers of a fork that come after the call is gone (§13.2.2.4)', () => {
    const test = talking()
    test.agent.give('mine', { type: 'hang up' })
    test.answer('BYE', 200)
    answerWithSdp(test, 'late')
    expect(test.lines()).toEqual(['INVITE', 'ACK', 'BYE', 'ACK', 'BYE'])
    expect(header(test.sentRequest('BYE'), 'To')).toContain('tag=late')
  })

  test('keeps a step before anything of it is sent', () => {
    const test = createTestAgent()
    const order: string[] = []
    test.kept.set = (key, call) => {
      order.push(`${call.phase}, ${test.sent.length} sent`)
      return new Map().set(key, call)
    }
    test.agent.dial('mine', ORDER, PROFILE)
    expect(order).toEqual(['calling, 0 sent'])
  })

  test('does what the user orders within an event after the step', () => {
    const test = createTestAgent((agent, key, event) => {
      if (event.type === 'answered') agent.give(key, { type: 'hang up' })
    })
    test.agent.dial('mine', ORDER, PROFILE)
    answerWithSdp(test)
    expect(test.lines()).toEqual(['INVITE', 'ACK', 'BYE'])
  })

  test('finds a call by Call-ID and tag, as Replaces names it (RFC 3891 §3)', () => {
    const { agent } = talking()
    expect(agent.find({ callId: 'call-3', localTag: 'ours' })).toBe('mine')
    expect(agent.find({ callId: 'call-3', localTag: 'other' })).toBeUndefined()
  })

  test('counts what a call does not expect', () => {
    const { agent } = talking()
    agent.give('mine', { type: 'answer', sdp: 'nobody asked' })
    expect(agent.unexpectedInputs).toBe(1)
  })

  test('leaves what is not its own to the user', () => {
    const { agent, events, layer } = createTestAgent()
    layer.receive(createTestRequest({ method: 'OPTIONS' }), UDP)
    expect(agent.take(events[0]!)).toBe(false)
  })
})

describe('after a restart', () => {
  test('an answered call goes on: its BYE has the next CSeq, and the peer’s finds it', () => {
    const before = talking()
    before.agent.give('mine', { type: 'send', method: 'INFO' })
    const after = createTestAgent()
    after.agent.restore('mine', before.kept.get('mine')!)
    after.agent.give('mine', { type: 'hang up' })
    expect(header(after.sentRequest('BYE'), 'CSeq')).toBe('3 BYE')
    expect(after.told).toEqual(['ended'])
  })

  test('a BYE that was out is sent again', () => {
    const before = talking()
    before.agent.give('mine', { type: 'hang up' })
    const after = createTestAgent()
    after.agent.restore('mine', before.kept.get('mine')!)
    after.answer('BYE', 481)
    expect(after.told).toEqual(['over'])
  })

  test('an offer that was out is made again', () => {
    const before = talking()
    before.agent.give('mine', { type: 'offer', sdp: 'hold' })
    const after = createTestAgent()
    after.agent.restore('mine', before.kept.get('mine')!)
    expect(new TextDecoder().decode(after.sentRequest('INVITE').body)).toBe('hold')
  })

  test('session timers run again, and who refreshes does so at once (RFC 4028 §10)', () => {
    const before = createTestAgent()
    before.agent.dial('mine', ORDER, { ...PROFILE, timer: { interval: 1800, minSe: 90 } })
    before.answer('INVITE', 183)
    const invite = before.sentRequest('INVITE')
    const headers = [
      { name: 'Contact', value: '<sip:bob@192.0.2.9>' },
      { name: 'Session-Expires', value: '1800;refresher=uac' },
    ]
    const content = { body: 'v=0', contentType: 'application/sdp' }
    before.layer.receive(createResponse(invite, 200, { toTag: 'callee', headers, ...content }), UDP)
    const after = createTestAgent()
    after.agent.restore('mine', before.kept.get('mine')!)
    expect(after.agentClock.running()).toEqual(['expiry', 'refresh'])
    after.agentClock.advance(0)
    expect(header(after.sentRequest('INVITE'), 'Session-Expires')).toBe('1800;refresher=uac')
  })

  test('a call that nobody had answered has failed, and a late answer is ended', () => {
    const before = createTestAgent()
    before.agent.dial('mine', ORDER, PROFILE)
    before.answer('INVITE', 180)
    const after = createTestAgent()
    after.agent.restore('mine', before.kept.get('mine')!)
    expect(after.told).toEqual(['ended', 'over'])
    const late = createResponse(before.sentRequest('INVITE'), 200, {
      toTag: 'callee',
      headers: [{ name: 'Contact', value: '<sip:bob@192.0.2.9>' }],
    })
    after.layer.receive(late, UDP)
    expect(after.lines()).toEqual(['ACK', 'BYE'])
  })

  describe('a call of ours that names its branch', () => {
    const branchOfInvite = (test: ReturnType<typeof createTestAgent>) =>
      branchOf(topVia(test.sentRequest('INVITE'))!)
    const ringing = () => {
      const before = createTestAgent()
      before.agent.dial('mine', { ...ORDER, branch: 'b' }, PROFILE)
      before.answer('INVITE', 183, {
        headers: ['Require: 100rel', 'RSeq: 9', 'Contact: <sip:bob@192.0.2.9>'],
      })
      return before
    }
    const restored = (before: ReturnType<typeof createTestAgent>) => {
      const after = createTestAgent()
      after.agent.restore('mine', before.kept.get('mine')!)
      return after
    }

    test('says its INVITE again in the same transaction (RFC 3261 §17.2.1)', () => {
      const before = ringing()
      const after = restored(before)
      expect(after.lines()).toEqual(['INVITE'])
      expect(branchOfInvite(after)).toBe(branchOfInvite(before))
      expect(header(after.sentRequest('INVITE'), 'CSeq')).toBe('1 INVITE')
      answerWithSdp(after)
      expect(after.told).toEqual(['answered'])
    })

    test('acknowledges what is repeated once more, with the next CSeq (RFC 3262 §4)', () => {
      const before = ringing()
      const after = restored(before)
      after.answer('INVITE', 183, { headers: ['Require: 100rel', 'RSeq: 9', 'Contact: <sip:bob@192.0.2.9>'] })
      expect(after.told).toEqual(['progress'])
      expect(header(after.sentRequest('PRACK'), 'CSeq')).toBe('3 PRACK')
    })

    test('is cancelled by the new process when it was being cancelled (RFC 3261 §9.1)', () => {
      const before = ringing()
      before.agent.give('mine', { type: 'hang up' })
      const after = restored(before)
      after.answer('INVITE', 180)
      expect(after.lines()).toEqual(['INVITE', 'CANCEL'])
      expect(branchOf(topVia(after.sentRequest('CANCEL'))!)).toBe(branchOfInvite(before))
      after.answer('INVITE', 487)
      expect(after.told).toEqual(['over'])
    })

    test('asks again for credentials that it was waiting for', () => {
      const before = createTestAgent()
      before.agent.dial('mine', { ...ORDER, branch: 'b' }, PROFILE)
      before.answer('INVITE', 401)
      const after = restored(before)
      after.answer('INVITE', 401)
      expect(after.told).toEqual(['challenged'])
      expect(branchOfInvite(after)).not.toBe(branchOfInvite(before))
    })
  })

  test('a call to us that was ringing is answered by the new process, with the layer’s snapshot', () => {
    const accept = (test: ReturnType<typeof createTestAgent>): void => {
      const event = test.events[0]!
      if (event.type !== 'request') throw new Error('no INVITE came')
      const { id, request } = event
      test.agent.accept('theirs', { id, request, profile: PROFILE, localTag: 'ours', rseq: 1 })
    }
    const before = createTestAgent()
    before.layer.receive(createTestRequest({ ...SDP, body: 'v=0' }), UDP)
    accept(before)
    before.agent.give('theirs', { type: 'progress', status: 180 })
    const after = createTestAgent()
    after.layer.restore(stored(before.layer.snapshot(before.lastId().id)))
    after.agent.restore('theirs', before.kept.get('theirs')!)
    expect(after.agentClock.running()).toEqual(['still ringing'])
    after.agent.give('theirs', { type: 'answer', sdp: 'v=0' })
    after.layer.receive(createTestRequest({ method: 'ACK', branch: 'z9hG4bKack', toTag: 'ours' }), UDP)
    expect(after.lines()).toEqual(['200'])
    expect(after.told).toEqual(['acknowledged'])
  })
})
