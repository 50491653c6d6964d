import { endingReason, errorCode } from '@ringdown/contract'
import { expect, test } from 'vitest'
import { en } from './en.ts'
import { es } from './es.ts'

type Tree = { [key: string]: string | Tree }

function flatten(tree: Tree, path = ''): Map<string, string> {
  const all = new Map<string, string>()
  for (const [key, value] of Object.entries(tree)) {
    if (typeof value === 'string') all.set(`${path}${key}`, value)
    else for (const [inner, text] of flatten(value, `${path}${key}/`)) all.set(inner, text)
  }
  return all
}

const english = flatten(en)
const spanish = flatten(es)
const places = (text = '') => (text.match(/\{\{\w+\}\}/g) ?? []).toSorted()

test('OP-9: Spanish has exactly the texts that English has', () => {
  expect([...spanish.keys()].toSorted()).toEqual([...english.keys()].toSorted())
})

test.each([...english.keys()])('%s has words and the same places to fill in both languages', key => {
  expect(english.get(key)).toMatch(/\S/)
  expect(spanish.get(key)).toMatch(/\S/)
  expect(places(spanish.get(key))).toEqual(places(english.get(key)))
})

test('every error code and every ending has words', () => {
  for (const code of [...errorCode.options, 'live.away'])
    expect(english.has(`problem/${code}`), code).toBe(true)
  for (const reason of endingReason.options)
    expect(english.has(`history/ending/${reason}`), reason).toBe(true)
})

test('the names of the controls stay as others know them (DESIGN §7)', () => {
  const { status, incoming, call } = en
  expect([status.goAvailable, status.takeBreak]).toEqual(['Go available', 'Take a break'])
  expect([incoming.title, incoming.accept, incoming.decline]).toEqual(['Incoming call', 'Accept', 'Decline'])
  expect([call.title, call.mute, call.unmute, call.hold, call.resume, call.keypad, call.hangUp]).toEqual([
    'Active call',
    'Mute',
    'Unmute',
    'Hold',
    'Resume',
    'Keypad',
    'Hang up',
  ])
})
