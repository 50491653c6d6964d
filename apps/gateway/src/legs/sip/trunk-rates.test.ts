import { expect, test } from 'vitest'
import { createTestTrunk } from './doubles.ts'
import { TrunkRates } from './trunk-rates.ts'

let now = 1_000_000
const twoPerSecond = createTestTrunk({ limits: { calls: 10, callsPerSecond: 2 } })

test('a second’s calls may come at once, and then one at a time, evenly', () => {
  const rates = new TrunkRates({ now: () => now })
  const admitted = () => {
    if (rates.isFull(twoPerSecond)) return 'full'
    rates.take(twoPerSecond)
    return 'taken'
  }
  expect([admitted(), admitted(), admitted()]).toEqual(['taken', 'taken', 'full'])
  now += 499
  expect(admitted()).toBe('full')
  now += 1
  expect([admitted(), admitted()]).toEqual(['taken', 'full'])
  now += 60_000
  expect([admitted(), admitted(), admitted()]).toEqual(['taken', 'taken', 'full'])
})

test('one trunk’s calls are not another’s', () => {
  const rates = new TrunkRates({ now: () => now })
  rates.take(twoPerSecond)
  rates.take(twoPerSecond)
  expect(rates.isFull(twoPerSecond)).toBe(true)
  expect(rates.isFull({ ...twoPerSecond, id: 'trunk-2' })).toBe(false)
})
