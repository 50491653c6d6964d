import { expect, test } from 'vitest'
import { createTestTrunk } from './doubles.ts'
import { limits } from './limits.rules.ts'
import type { Trunk } from './sip.port.ts'
import { TrunkLoad } from './trunk-load.ts'

const ofThree = createTestTrunk({ limits: { calls: 3, callsPerSecond: 500 } })
const other: Trunk = { ...ofThree, id: 'trunk-2' }

function createTestLoad(): TrunkLoad {
  return new TrunkLoad({ now: () => 1_000_000 })
}

test('a trunk is full with as many legs as it may have, whoever called', () => {
  const load = createTestLoad()
  for (let calls = 0; calls < 3; calls++) {
    expect(load.isFull(ofThree)).toBe(false)
    load.enter(ofThree.id)
  }
  expect(load.isFull(ofThree)).toBe(true)
  expect(load.isFull(other)).toBe(false)
  load.leave(ofThree.id)
  expect(load.isFull(ofThree)).toBe(false)
  expect(load.callsOf(ofThree.id)).toBe(2)
})

test('an INVITE on its way counts as a call', () => {
  const load = createTestLoad()
  const arriving = { trunk: ofThree, isLeg: false }
  load.enter(ofThree.id)
  load.enter(ofThree.id)
  load.arrive(arriving)
  expect(load.isFull(ofThree)).toBe(true)
  load.arrived(arriving)
  expect(load.isFull(ofThree)).toBe(false)
})

test('an INVITE that is a leg already counts once', () => {
  const load = createTestLoad()
  const arriving = { trunk: ofThree, isLeg: false }
  load.arrive(arriving)
  arriving.isLeg = true
  load.enter(ofThree.id)
  load.enter(ofThree.id)
  expect(load.isFull(ofThree)).toBe(false)
})

test('an INVITE whose address turns out to be another trunk’s counts there', () => {
  const load = createTestLoad()
  const arriving = { trunk: ofThree, isLeg: false }
  load.arrive(arriving)
  load.enter(other.id)
  load.enter(other.id)
  expect(load.isFull(other)).toBe(false)
  arriving.trunk = other
  expect(load.isFull(other)).toBe(true)
})

test('INVITEs of one trunk that wait for the journal are bounded, however many calls it may have', () => {
  const load = createTestLoad()
  const large = createTestTrunk({ limits: { calls: 10_000, callsPerSecond: 500 } })
  for (let i = 0; i < limits.arrivalsOfTrunk; i++) load.arrive({ trunk: large, isLeg: true })
  expect(load.isFull(large)).toBe(true)
  expect(load.isFull(other)).toBe(false)
})

test('legs of no trunk count towards what all may have together', () => {
  const load = createTestLoad()
  for (let calls = 0; calls < limits.legs; calls++) load.enter(undefined)
  expect(load.isFull(ofThree)).toBe(true)
})
