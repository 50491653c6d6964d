import type { HostHealth, TrunkHost } from '@ringdown/contract'
import { expect, test } from 'vitest'
import { downLast } from './host-order.rules.ts'

const host = (name: string, port: number | null = null): TrunkHost => ({ host: name, port, transport: null })
const health = (name: string, state: HostHealth['state']): HostHealth => ({
  host: name,
  state,
  since: null,
  roundTripMs: null,
  reason: null,
})

const hosts = [host('one.example'), host('two.example', 5070), host('two.example'), host('three.example')]

test('hosts that are down are called last, in their order; none is left out', () => {
  const told = [
    health('one.example', 'down'),
    health('two.example:5070', 'down'),
    health('two.example', 'up'),
    health('three.example', 'unknown'),
  ]
  expect(downLast(hosts, told)).toEqual([hosts[2], hosts[3], hosts[0], hosts[1]])
})

test('without health checks the order is the trunk’s', () => {
  expect(downLast(hosts, [])).toEqual(hosts)
})
