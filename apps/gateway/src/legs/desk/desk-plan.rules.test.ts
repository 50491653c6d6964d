import { parseNameAddr } from '@ringdown/sip'
import { expect, it, test } from 'vitest'
import { plainG711 } from '../sip/audio.ts'
import type { Reach } from '../sip/registrar/registrar.port.ts'
import { deskPlanOf } from './desk-plan.rules.ts'

const reach: Reach = {
  device: 'device-1',
  uri: 'sip:ann@192.0.2.7:5062;transport=tcp',
  flow: { transport: 'tcp', address: '192.0.2.7', port: 40_123, connection: 'tcp-1' },
}
let tokens = 0
const plan = (title: string, host = '192.0.2.1') =>
  deskPlanOf({
    reach,
    title,
    host,
    audio: plainG711,
    ringLimitMs: 30_000,
    newToken: () => `token${++tokens}`,
    sessionId: '1',
  })

it('calls the contact over the connection that it registered by (RFC 3261 §10.2.1)', () => {
  expect(plan('Crisis line')).toMatchObject({
    targets: [{ uri: reach.uri, routes: [], credentialsFor: null }],
    flow: reach.flow,
    trunk: null,
  })
})

test.each([
  ['Crisis line', '"Crisis line"'],
  ['Say "hello" \\ bye', '"Say \\"hello\\" \\\\ bye"'],
  ['One\r\nInjected: header', '"One Injected: header"'],
])('shows the queue %j as who calls, in one quoted string (RFC 3261 §25.1)', (title, shown) => {
  const { from } = plan(title)
  expect(from.startsWith(`${shown} <`)).toBe(true)
  expect(parseNameAddr(from)?.uri).toBe('sip:ringdown@192.0.2.1')
})

it('writes an IPv6 address of ours as a host (RFC 3261 §25.1)', () => {
  expect(parseNameAddr(plan('Queue', '2001:db8::1').from)?.uri).toBe('sip:ringdown@[2001:db8::1]')
})

it('gives each call a name of its own', () => {
  const one = plan('Queue')
  const other = plan('Queue')
  expect(
    new Set([one.callId, other.callId, one.localTag, other.localTag, one.branch, other.branch]).size,
  ).toBe(6)
})
