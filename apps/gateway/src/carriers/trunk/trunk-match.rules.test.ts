import { expect, it, test } from 'vitest'
import { matchTrunk } from './trunk-match.rules.ts'

const trunks = [
  { id: 'exact', organization: 'a', addresses: ['203.0.113.7/32'], anyLoopback: false },
  { id: 'range', organization: 'b', addresses: ['198.51.100.0/24', '2001:db8::/32'], anyLoopback: false },
  { id: 'demo', organization: 'c', addresses: [], anyLoopback: true },
  { id: 'bare', organization: 'd', addresses: ['192.0.2.1', '127.0.0.9'], anyLoopback: false },
]

test.each([
  ['203.0.113.7', 'exact'],
  ['203.0.113.8', undefined],
  ['198.51.100.0', 'range'],
  ['198.51.100.255', 'range'],
  ['198.51.101.0', undefined],
  ['2001:db8::1', 'range'],
  ['2001:db9::1', undefined],
  ['192.0.2.1', 'bare'],
  ['192.0.2.2', undefined],
  ['127.0.0.1', 'demo'],
  ['::1', 'demo'],
])('%s belongs to %s', (address, id) => {
  expect(matchTrunk(trunks, address)?.id).toBe(id)
})

it('an IPv4 address that a dual-stack socket writes as IPv6 is the same address', () => {
  expect(matchTrunk(trunks, '::ffff:203.0.113.7')?.id).toBe('exact')
  expect(matchTrunk(trunks, '::ffff:127.0.0.1')?.id).toBe('demo')
})

it('a named address comes before the trunk that takes the whole machine', () => {
  expect(matchTrunk(trunks, '127.0.0.9')?.id).toBe('bare')
})

it('nobody is let in where nothing is configured, and no address at all is nobody', () => {
  expect(matchTrunk([], '127.0.0.1')).toBeUndefined()
  expect(matchTrunk(trunks, '')).toBeUndefined()
})
