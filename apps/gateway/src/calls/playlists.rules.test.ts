import { expect, it, test } from 'vitest'
import type { CallState } from './call.state.ts'
import { limits } from './limits.rules.ts'
import { playlistOf, playlistSource, ringbackSource } from './playlists.rules.ts'
import { createTestFacts, createTestStates, noon, terms } from './testing/create-test-states.ts'

const states = createTestStates()

function items(state: CallState) {
  const source = playlistSource(state)
  return source.type === 'playlist' ? source.items.map(i => ('name' in i ? i.name : i.type)) : source.type
}

const announced = (position: number | null, staffed: boolean) =>
  items({ ...states.queued, announcement: { number: 1, position, staffed } })

test.each<[CallState['type'], string | string[]]>([
  ['arriving', 'nothing'],
  ['dialing', 'nothing'],
  ['flow', ['en/greeting']],
  ['queued', ['en/you-are-number', 'en/1', 'en/in-line', 'music']],
  ['offered', ['en/you-are-number', 'en/1', 'en/in-line', 'music']],
  ['connected', 'nothing'],
  ['held', ['music']],
  ['parked', ['tone', 'music']],
  ['leaving', ['en/goodbye']],
  ['wrapping', 'nothing'],
  ['ended', 'nothing'],
])('while %s the caller hears %j', (name, heard) => {
  expect(items(states[name])).toEqual(heard)
})

it('tells the place, up to the numbers that are recorded, and that nobody is there', () => {
  expect(announced(null, true)).toEqual(['music'])
  expect(announced(20, true)).toContain('en/20')
  expect(announced(21, true)).toEqual(['en/many-before-you', 'music'])
  expect(announced(null, false)).toEqual(['en/nobody-available', 'music'])
  expect(announced(3, false)).toEqual([
    'en/you-are-number',
    'en/3',
    'en/in-line',
    'en/nobody-available',
    'music',
  ])
})

it('rings back for as long as a call of ours may ring', () => {
  expect(ringbackSource(states.dialing)).toEqual({
    type: 'playlist',
    playlist: `call-1/ringback/${noon - 4_000}`,
    items: [{ type: 'tone', tone: 'ringback', ms: limits.dialMs }],
  })
})

it('speaks the language of the queue', () => {
  const { leaving } = createTestStates(createTestFacts({ queue: { ...terms, language: 'es' } }))
  expect(items(leaving)).toEqual(['es/goodbye'])
})

it('goes on playing while it only rings, and plays anew what is to be heard anew', () => {
  const { queued, offered, held, parked } = states
  expect(playlistOf(offered)).toBe(playlistOf(queued))
  const names = [
    queued,
    { ...queued, announcement: { ...queued.announcement, number: 2 } },
    { ...queued, deadline: noon + 700_000 },
    held,
    { ...held, heldAt: noon },
    parked,
    { ...parked, facts: createTestFacts({}, { since: noon }) },
    states.flow,
    states.leaving,
    createTestStates(createTestFacts({ call: 'call-2' })).queued,
  ].map(playlistOf)
  expect(new Set(names).size).toBe(names.length)
})
