import { describe, expect, test } from 'vitest'
import { createTrunkHold, createTrunkMatch, type TrunkRow } from './trunk-match.rules.ts'

const trunk = (id: string, addresses: string[], anyLoopback = false): TrunkRow => ({
  id,
  organization: `of-${id}`,
  addresses,
  anyLoopback,
})

const trunks = [
  trunk('carrier', ['192.0.2.0/24', '2001:db8::/32']),
  trunk('host', ['192.0.2.7/32', '198.51.100.9']),
  trunk('broken', ['nonsense', '10.0.0.0/99', '10.0.0.0/-1', '/8', '']),
  trunk('lab', ['127.0.0.9/32']),
  trunk('demo', [], true),
  trunk('later', ['192.0.2.0/24']),
]
const match = createTrunkMatch(trunks)
const holds = createTrunkHold(trunks)

describe('the trunk of an address', () => {
  const addresses: [string, string | undefined, string][] = [
    ['192.0.2.1', 'carrier', 'is in its range'],
    ['192.0.2.7', 'host', 'is named by the narrowest range'],
    ['198.51.100.9', 'host', 'is a range of one'],
    ['198.51.100.10', undefined, 'is beside it'],
    ['2001:db8::1', 'carrier', 'is in its IPv6 range'],
    ['2001:db9::1', undefined, 'is outside of it'],
    ['127.0.0.1', 'demo', 'is this machine'],
    ['127.9.9.9', 'demo', 'is this machine'],
    ['::1', 'demo', 'is this machine'],
    ['127.0.0.9', 'lab', 'is this machine, but named'],
    ['10.0.0.1', undefined, 'is in no range that can be read'],
    ['2001:db8::1%eth0', 'carrier', 'is in its range, whatever the interface'],
    ['no-address', undefined, 'is none'],
    ['', undefined, 'is none'],
  ]
  test.each(addresses)('%s is %s: it %s', (address, id) => {
    expect(match(address)?.id).toBe(id)
    expect(holds(address)).toBe(id !== undefined)
  })

  test('of this machine is nobody’s where no trunk takes its calls', () => {
    expect(createTrunkMatch([trunk('carrier', ['192.0.2.0/24'])])('127.0.0.1')).toBeUndefined()
  })
})
