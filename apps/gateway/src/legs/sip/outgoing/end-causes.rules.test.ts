import { type CallEnding, notAnswered, type SipResponse } from '@ringdown/sip'
import { expect, test } from 'vitest'
import type { LegEndCause } from '../../leg.port.ts'
import { causeOf } from './end-causes.rules.ts'

const answer = (status: number, reason?: string): SipResponse => ({
  kind: 'response',
  status,
  reason: '',
  headers: reason === undefined ? [] : [{ name: 'Reason', value: reason }],
  body: new Uint8Array(),
})

test.each<[cause: LegEndCause, statuses: number[]]>([
  ['busy', [486, 600]],
  ['no answer', [408, 480, 487]],
  ['no such number', [404, 410, 484, 604]],
  ['declined', [400, 403, 433, 603, 607, 608]],
  ['credentials refused', [401, 407]],
  ['carrier failed', [300, 302, 305, 402, 415, 420, 482, 483, 488, 500, 502, 503, 504, 513, 606]],
])('%s is what %j say (RFC 3261 §21)', (cause, statuses) => {
  for (const status of statuses) expect(causeOf(notAnswered(answer(status)))).toBe(cause)
})

test.each<[q850: number, status: number, cause: LegEndCause]>([
  [17, 480, 'busy'],
  [1, 500, 'no such number'],
  [21, 480, 'declined'],
  [19, 503, 'no answer'],
  [42, 480, 'carrier failed'],
  [127, 486, 'busy'],
])('Q.850 cause %i in a %i means %s (RFC 6432)', (q850, status, cause) => {
  expect(causeOf(notAnswered(answer(status, `Q.850;cause=${q850}`)))).toBe(cause)
})

test.each<[ending: CallEnding, cause: LegEndCause]>([
  [{ type: 'not answered', outcome: 'canceled', status: 0, text: '' }, 'canceled'],
  [{ type: 'not answered', outcome: 'no-answer', status: 0, text: '' }, 'no answer'],
  [{ type: 'not answered', outcome: 'failed', status: 0, text: '' }, 'carrier failed'],
  [{ type: 'not answered', outcome: 'failed', status: 200, text: '' }, 'carrier failed'],
  [{ type: 'bye', by: 'peer', reasons: [] }, 'far end hung up'],
  [{ type: 'lost', cause: 'gone' }, 'unreachable'],
  [{ type: 'lost', cause: 'expired' }, 'unreachable'],
  [{ type: 'lost', cause: 'no session' }, 'carrier failed'],
  [{ type: 'lost', cause: 'no ack' }, 'no ack'],
])('%j is %s', (ending, cause) => {
  expect(causeOf(ending)).toBe(cause)
})
