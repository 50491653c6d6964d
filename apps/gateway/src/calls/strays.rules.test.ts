import { expect, test } from 'vitest'
import type { EndpointSnapshot } from '../media/worker.port.ts'
import type { CallState } from './call.state.ts'
import { straysOf } from './strays.rules.ts'

const endpoint = (kind: EndpointSnapshot['kind'], id: string, source: EndpointSnapshot['source']) =>
  ({ kind, endpoint: id, source }) as EndpointSnapshot
const call = {
  facts: { media: { endpoint: 'caller:1' } },
  line: { worker: 0, endpoint: 'line:a:1' },
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
  ["a carrier's stream that no call knows yet", endpoint('stream', 'x', nothing), []],
])('%s is let go, or left alone', (_name, one, orders) => {
  expect(straysOf([call], new Map([[0, [one]]]))).toEqual(orders)
})
