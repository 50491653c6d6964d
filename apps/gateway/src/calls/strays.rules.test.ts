import { expect, test } from 'vitest'
import type { EndpointSnapshot } from '../media/worker.port.ts'
import type { CallState } from './call.state.ts'
import { straysOf } from './strays.rules.ts'

const endpoint = (
  kind: EndpointSnapshot['kind'],
  id: string,
  source: EndpointSnapshot['source'],
  of: string | null = null,
) => ({ kind, endpoint: id, source, call: of }) as EndpointSnapshot
const call = {
  type: 'connected',
  facts: { call: 'talking', media: { endpoint: 'caller:1' } },
  line: { worker: 0, endpoint: 'line:a:1' },
} as CallState
const byPhone = {
  type: 'connected',
  facts: { call: 'by phone', media: { endpoint: 'caller:3' } },
  line: { worker: 0, endpoint: 'desk:a:1' },
} as CallState
const rings = {
  type: 'offered',
  facts: { call: 'ringing', media: { endpoint: 'caller:4' } },
} as CallState
const toCaller = { type: 'endpoint', endpoint: 'caller:1' } as const
const nothing = { type: 'nothing' } as const

test.each([
  ['a line that its call still uses', endpoint('webrtc', 'line:a:1', toCaller), []],
  ['an idle line', endpoint('webrtc', 'line:b:1', nothing), []],
  [
    'a line that still hears a call that let it go',
    endpoint('webrtc', 'line:b:1', toCaller),
    [{ worker: 0, order: { type: 'hear', endpoint: 'line:b:1', source: nothing } }],
  ],
  ['the port of a call', endpoint('rtp', 'caller:1', nothing), []],
  [
    'a port without a call',
    endpoint('rtp', 'caller:2', nothing),
    [{ worker: 0, order: { type: 'close', endpoint: 'caller:2' } }],
  ],
  ['the desk phone that a call is joined to', endpoint('rtp', 'desk:a:1', toCaller), []],
  ['a desk phone that rings for a call', endpoint('rtp', 'desk:b:1', nothing, 'ringing'), []],
  [
    'a desk phone of a call that rings nobody',
    endpoint('rtp', 'desk:b:1', nothing, 'talking'),
    [{ worker: 0, order: { type: 'close', endpoint: 'desk:b:1' } }],
  ],
  ["a carrier's stream that no call knows yet", endpoint('stream', 'x', nothing), []],
])('%s is let go, or left alone', (_name, one, orders) => {
  expect(straysOf([call, byPhone, rings], new Map([[0, [one]]]))).toEqual(orders)
})
