import { expect, test } from 'vitest'
import type { CallState } from '../calls/index.ts'
import { createTestStates } from '../calls/testing/create-test-states.ts'
import type { DeskWish } from '../legs/desk/desk-lines.port.ts'
import { deskWishesOf } from './desk-wishes.rules.ts'

const states = createTestStates()

test.each<[CallState['type'], DeskWish['type'] | null]>([
  ['arriving', null],
  ['flow', null],
  ['queued', null],
  ['offered', 'ring'],
  ['connected', 'talk'],
  ['held', 'talk'],
  ['parked', 'talk'],
  ['leaving', null],
  ['wrapping', null],
  ['ended', null],
])('a call that is %s wants its operator’s desk phone to: %s', (name, wanted) => {
  const wishes = deskWishesOf(states[name], operator => operator === 'ann')
  expect(wishes.map(({ type }) => type)).toEqual(wanted === null ? [] : [wanted])
  expect(deskWishesOf(states[name], () => false)).toEqual([])
})

test('a talk names the telephone that was picked up; a parked one takes whichever that was', () => {
  const { connected, parked } = states
  expect(deskWishesOf(connected, () => true)).toMatchObject([{ endpoint: connected.line.endpoint }])
  expect(deskWishesOf(parked, () => true)).toMatchObject([{ endpoint: null }])
})
