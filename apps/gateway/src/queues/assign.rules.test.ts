import { expect, it, test } from 'vitest'
import type { CallState } from '../calls/index.ts'
import { createTestFacts, createTestStates, noon } from '../calls/testing/create-test-states.ts'
import { inOrder, isStaffed, notAsked } from './assign.rules.ts'

const { queued, offered, connected, flow } = createTestStates()

function waiting(call: string, queuedAt: number, arrivedAt = queuedAt): CallState {
  return { ...queued, facts: createTestFacts({ call, arrivedAt }), queuedAt }
}

const order = (calls: CallState[]) => inOrder(calls).map(c => c.facts.call)

it('serves who began to wait first, and of two at once who called first', () => {
  expect(order([waiting('c', 30), waiting('b', 20, 15), waiting('a', 20, 10)])).toEqual(['a', 'b', 'c'])
})

it('puts a caller who had talked already before those who came later', () => {
  expect(order([waiting('other', 100), waiting('returned', 50, 50)])).toEqual(['returned', 'other'])
})

it('counts who is rung for as waiting, and nobody else', () => {
  expect(inOrder([flow, queued, offered, connected])).toEqual([queued, offered])
})

it('asks nobody whom it rings for, nor who passed a moment ago', () => {
  const passed = [
    { operator: 'cat', until: noon + 1 },
    { operator: 'dan', until: noon },
  ]
  expect(notAsked({ ...offered, passed }, noon)).toEqual(['cat', 'ann', 'bob'])
  expect(notAsked({ ...queued, passed }, noon)).toEqual(['cat'])
})

test.each([
  ['available', true, true],
  ['available', false, false],
  ['ringing', false, true],
  ['on-call', false, true],
  ['wrap-up', false, true],
  ['on-break', true, false],
  ['offline', true, false],
])('someone %s with a warm line (%s): worth waiting for: %s', (status, lineWarm, staffed) => {
  expect(isStaffed([{ status, lineWarm }])).toBe(staffed)
})

it('nobody at all is nobody to wait for', () => {
  expect(isStaffed([])).toBe(false)
})
