import { expect, test } from 'vitest'
import { answersTo, callShortcut, dialShortcut, type KeyPress, ringingShortcut } from './shortcut.rules.ts'

const press = (key: string, fields: Partial<KeyPress> = {}): KeyPress => ({
  key,
  modified: false,
  typing: false,
  repeated: false,
  ...fields,
})

test.each([
  ['a', 'accept'],
  ['A', 'accept'],
  ['d', 'decline'],
  ['m', null],
  ['Escape', null],
  ['Enter', null],
  [' ', null],
])('a ringing call takes %j as %s', (key, answer) => {
  const answers = answersTo({ atDesk: false })
  expect(ringingShortcut({ press: press(key), ringingForMs: 5_000, answers })).toBe(answer)
})

test.each([
  ['a', null],
  ['d', 'decline'],
])('a call that rings at the desk phone is picked up there: %j is %s', (key, answer) => {
  const answers = answersTo({ atDesk: true })
  expect(ringingShortcut({ press: press(key), ringingForMs: 5_000, answers })).toBe(answer)
})

test('a letter typed just as the call begins to ring is no answer', () => {
  expect(ringingShortcut({ press: press('a'), ringingForMs: 300, answers: ['accept'] })).toBeNull()
})

test.each([
  ['with a modifier', { modified: true }],
  ['while typing', { typing: true }],
  ['held down', { repeated: true }],
])('a letter %s is no shortcut', (_name, fields) => {
  expect(ringingShortcut({ press: press('a', fields), ringingForMs: 5_000, answers: ['accept'] })).toBeNull()
  expect(callShortcut({ press: press('m', fields), atDesk: false })).toBeNull()
})

test.each([
  ['m', 'mute'],
  ['h', 'hold'],
  ['k', 'keypad'],
  ['d', null],
])('a running call takes %s as %s', (key, answer) => {
  expect(callShortcut({ press: press(key), atDesk: false })).toBe(answer)
})

test.each([
  ['m', null],
  ['h', 'hold'],
  ['k', 'keypad'],
])('a call on the desk phone takes %s as %s: it is muted there', (key, answer) => {
  expect(callShortcut({ press: press(key), atDesk: true })).toBe(answer)
})

test('between calls C asks whom to call, and nothing else does', () => {
  expect([dialShortcut(press('c')), dialShortcut(press('C'))]).toEqual([true, true])
  expect([dialShortcut(press('m')), dialShortcut(press('c', { typing: true }))]).toEqual([false, false])
})
