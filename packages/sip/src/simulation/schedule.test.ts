import { describe, expect, test } from 'vitest'
import { createRequest, createResponse } from '../message/build.ts'
import type { SipRequest } from '../message/message.ts'
import { createTestLayer, TCP, UDP } from '../testing/layer.ts'
import { createTestRequest, createTestResponse } from '../testing/messages.ts'

// RFC 3261 §17, table 4, and RFC 6026 §7 and §8, in ms; T1 = 500, T2 = 4000, T4 = 5000.
const DOUBLING = [0, 500, 1500, 3500, 7500, 15_500, 31_500]
const DOUBLING_TO_T2 = [0, 500, 1500, 3500, 7500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500]
const EVER = 200_000

const request = (method: string): SipRequest =>
  createRequest({
    method,
    uri: 'sip:bob@192.0.2.1',
    from: { uri: 'sip:alice@192.0.2.2', params: [{ name: 'tag', value: 'alice' }] },
    to: { uri: 'sip:bob@192.0.2.1', params: [] },
    callId: 'call-2',
    cseq: 1,
  })

/** When a client transaction sends, and when it is gone. */
function client(
  method: string,
  flow: typeof UDP,
  statuses: readonly (readonly [at: number, status: number])[] = [],
) {
  const { layer, clock, times, sent, gone } = watched()
  layer.request(request(method), flow)
  const first = sent[0]!.message as SipRequest
  for (const [at, status] of statuses) {
    clock.advance(at - clock.now())
    layer.receive(createTestResponse(first, status), flow)
  }
  clock.advance(EVER)
  return { sent: times(method), gone: gone() }
}

/** A layer that remembers when its transaction was gone, ms. */
function watched() {
  let endedAt: number | undefined
  const test = createTestLayer({
    onEvent: event => {
      if (event.type === 'terminated') endedAt = test.clock.now()
    },
  })
  return { ...test, gone: () => endedAt }
}

/** When a server transaction that is answered at once sends its answer, and when it is gone. */
function server(method: string, status: number, flow: typeof UDP, ackAt?: number) {
  const { layer, clock, times, lastId, gone } = watched()
  const asked = createTestRequest({ method })
  layer.receive(asked, flow)
  layer.respond(lastId().id, createResponse(asked, status, { toTag: 'ours' }))
  if (ackAt !== undefined) {
    clock.advance(ackAt)
    layer.receive(createTestRequest({ method: 'ACK', toTag: 'ours' }), flow)
  }
  clock.advance(EVER)
  return { sent: times(String(status)), gone: gone() }
}

describe('the retransmission schedule is that of RFC 3261 §17, table 4', () => {
  test.each([
    ['A, B: INVITE over UDP', () => client('INVITE', UDP), DOUBLING, 32_000],
    ['B: INVITE over TCP', () => client('INVITE', TCP), [0], 32_000],
    ['A: INVITE until a 1xx', () => client('INVITE', UDP, [[1600, 180]]), [0, 500, 1500], undefined],
    ['D: INVITE refused over UDP', () => client('INVITE', UDP, [[0, 486]]), [0], 32_000],
    ['D: INVITE refused over TCP', () => client('INVITE', TCP, [[0, 486]]), [0], 0],
    ['M: INVITE answered over UDP (RFC 6026 §7.2)', () => client('INVITE', UDP, [[0, 200]]), [0], 32_000],
    ['M: INVITE answered over TCP (RFC 6026 §7.2)', () => client('INVITE', TCP, [[0, 200]]), [0], 32_000],
    ['E, F: BYE over UDP', () => client('BYE', UDP), DOUBLING_TO_T2, 32_000],
    ['F: BYE over TCP', () => client('BYE', TCP), [0], 32_000],
    [
      'E: BYE after a 1xx over UDP',
      () => client('BYE', UDP, [[100, 100]]),
      [0, 500, 4500, 8500, 12_500, 16_500, 20_500, 24_500, 28_500],
      32_000,
    ],
    ['K: BYE answered over UDP', () => client('BYE', UDP, [[0, 200]]), [0], 5000],
    ['K: BYE answered over TCP', () => client('BYE', TCP, [[0, 200]]), [0], 0],
    ['G, H: a refusal over UDP', () => server('INVITE', 486, UDP), DOUBLING_TO_T2, 32_000],
    ['H: a refusal over TCP', () => server('INVITE', 486, TCP), [0], 32_000],
    ['I: a refusal acknowledged over UDP', () => server('INVITE', 486, UDP, 600), [0, 500], 5600],
    ['I: a refusal acknowledged over TCP', () => server('INVITE', 486, TCP, 600), [0], 600],
    ['J: an answer to BYE over UDP', () => server('BYE', 200, UDP), [0], 32_000],
    ['J: an answer to BYE over TCP', () => server('BYE', 200, TCP), [0], 0],
    [
      'L: a 2xx without ACK over UDP (§13.3.1.4, RFC 6026 §7.1)',
      () => server('INVITE', 200, UDP),
      DOUBLING_TO_T2,
      32_000,
    ],
    [
      'L: a 2xx without ACK over TCP (§13.3.1.4, RFC 6026 §7.1)',
      () => server('INVITE', 200, TCP),
      DOUBLING_TO_T2,
      32_000,
    ],
    ['L: a 2xx acknowledged over UDP', () => server('INVITE', 200, UDP, 600), [0, 500], 32_000],
  ])('%s', (_, run, sent, gone) => {
    expect(run()).toEqual({ sent, gone })
  })
})
