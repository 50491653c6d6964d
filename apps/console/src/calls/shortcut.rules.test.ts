import { expect, test } from 'vitest'
import { callShortcut, dialShortcut, type KeyPress, ringingShortcut } from './shortcut.rules.ts'

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
  expect(ringingShortcut({ press: press(key), ringingForMs: 5_000 })).toBe(answer)
})

test('a letter typed just as the call begins to ring is no answer', () => {
  expect(ringingShortcut({ press: press('a'), ringingForMs: 300 })).toBeNull()
})

test.each([
  ['with a modifier', { modified: true }],
  ['while typing', { typing: true }],
  ['held down', { repeated: true }],
])('a letter %s is no shortcut', (_name, fields) => {
  expect(ringingShortcut({ press: press('a', fields), ringingForMs: 5_000 })).toBeNull()
  expect(callShortcut(press('m', fields))).toBeNull()
})

test.each([
  ['m', 'mute'],
  ['h', 'hold'],
  ['k', 'keypad'],
  ['d', null],
])('a running call takes %s as %s', (key, answer) => {
  expect(callShortcut(press(key))).toBe(answer)
})

test('between calls C asks whom to call, and nothing else does', () => {
  expect([dialShortcut(press('c')), dialShortcut(press('C'))]).toEqual([true, true])
  expect([dialShortcut(press('m')), dialShortcut(press('c', { typing: true }))]).toEqual([false, false])
})
