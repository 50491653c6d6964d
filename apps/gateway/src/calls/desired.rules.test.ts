import { describe, expect, it, test } from 'vitest'
import type { CallState } from './call.state.ts'
import { effectsBetween, operatorOf, pictureOf, ringingOf, timersOf } from './desired.rules.ts'
import { limits } from './limits.rules.ts'
import { createTestFacts, createTestStates, noon } from './testing/create-test-states.ts'

const states = createTestStates()
const names = Object.keys(states) as CallState['type'][]
const lost = createTestStates(createTestFacts({}, { state: 'lost', since: noon }))
const caller = 'caller:call-1'

function heard(state: CallState): Record<string, string> {
  return Object.fromEntries(
    pictureOf(state).hears.map(({ endpoint, source }) => [
      endpoint,
      source.type === 'endpoint' ? source.endpoint : source.type,
    ]),
  )
}

describe('who hears what', () => {
  const line = 'line:ann:1'
  test.each<[CallState['type'], Record<string, string>]>([
    ['arriving', {}],
    ['dialing', { [caller]: 'nothing', [line]: 'nothing' }],
    ['flow', { [caller]: 'playlist' }],
    ['queued', { [caller]: 'playlist' }],
    ['offered', { [caller]: 'playlist' }],
    ['connected', { [caller]: line, [line]: caller }],
    ['held', { [caller]: 'playlist', [line]: 'nothing' }],
    ['parked', { [caller]: 'playlist' }],
    ['leaving', { [caller]: 'playlist' }],
    ['wrapping', {}],
    ['ended', {}],
  ])('while %s: %j', (name, hears) => {
    expect(heard(states[name])).toEqual(hears)
  })

  it('an operator who calls hears it ring, or what the far end says already; the far end hears nothing', () => {
    expect(heard({ ...states.dialing, progress: 'ringing' })).toEqual({
      [caller]: 'nothing',
      [line]: 'playlist',
    })
    expect(heard({ ...states.dialing, progress: 'early media' })).toEqual({
      [caller]: 'nothing',
      [line]: caller,
    })
    expect(heard({ ...lost.dialing, progress: 'early media' })).toEqual({ [line]: 'nothing' })
  })

  it('the operator hears nothing of a caller whose audio is lost', () => {
    expect(heard(lost.connected)).toEqual({ [line]: 'nothing' })
  })
})

describe('what must be done', () => {
  test.each(names)('nothing, where nothing changed: %s', name => {
    expect(effectsBetween(states[name], structuredClone(states[name]))).toEqual([])
  })

  it('opens the audio of a caller who arrives, and answers when it is up, once', () => {
    expect(effectsBetween(undefined, states.arriving)).toEqual([
      { type: 'open caller media', worker: 0, endpoint: caller, port: null },
    ])
    const up = { ...states.arriving, facts: createTestFacts() }
    const answers = (before: CallState | undefined, after: CallState) =>
      effectsBetween(before, after).filter(e => e.type === 'answer caller').length
    expect(answers(states.arriving, up)).toBe(1)
    expect([answers(up, up), answers(undefined, up), answers(undefined, states.queued)]).toEqual([0, 1, 0])
  })

  it('finds out who calls, once in each control and until it is known', () => {
    const asked = (before: CallState | undefined, after: CallState) =>
      effectsBetween(before, after).filter(e => e.type === 'identify caller').length
    const { arriving, queued, ended } = createTestStates(createTestFacts({ identity: 'checking' }))
    expect([asked(undefined, arriving), asked(arriving, queued), asked(undefined, queued)]).toEqual([1, 0, 1])
    expect([asked(undefined, ended), asked(undefined, states.queued)]).toEqual([0, 0])
  })

  it('calls the far end when its audio is up, once, and again after a restart or a loss', () => {
    const { dialing } = states
    const opening = createTestStates(createTestFacts({}, { state: 'opening', port: null })).dialing
    const dials = (before: CallState | undefined, after: CallState) =>
      effectsBetween(before, after).filter(e => e.type === 'dial caller').length
    expect([dials(undefined, opening), dials(opening, dialing), dials(dialing, dialing)]).toEqual([0, 1, 0])
    expect([dials(undefined, dialing), dials(lost.dialing, dialing)]).toEqual([1, 1])
    expect(dials(dialing, states.connected)).toBe(0)
  })

  it('never answers whom we call, and silences the line of who hung up', () => {
    expect(effectsBetween(undefined, states.dialing).some(e => e.type === 'answer caller')).toBe(false)
    expect(effectsBetween({ ...states.dialing, progress: 'ringing' }, states.ended)).toMatchObject([
      { type: 'hear', endpoint: 'line:ann:1', source: { type: 'nothing' } },
      { type: 'hang up caller' },
      { type: 'close endpoint' },
    ])
  })

  it('never answers a stream: its carrier did', () => {
    const { queued, arriving } = createTestStates(createTestFacts({ leg: { id: 'leg-1', kind: 'stream' } }))
    const up = { ...arriving, facts: queued.facts }
    expect(pictureOf(up).answered).toBe(false)
  })

  it('hangs up and closes once, when the caller is gone', () => {
    expect(effectsBetween(states.queued, states.ended).map(e => e.type)).toEqual([
      'hang up caller',
      'close endpoint',
    ])
    expect(effectsBetween(states.wrapping, states.ended)).toEqual([])
    expect(effectsBetween(undefined, states.ended).map(e => e.type)).toEqual([
      'hang up caller',
      'close endpoint',
    ])
  })

  it('silences a line that the call left, before anyone else is joined', () => {
    const line = { worker: 0, endpoint: 'line:ann:2' }
    const effects = effectsBetween(states.connected, { ...states.connected, line })
    expect(effects[0]).toMatchObject({ type: 'hear', endpoint: 'line:ann:1', source: { type: 'nothing' } })
    expect(effects.slice(1)).toMatchObject([
      { endpoint: caller, source: { endpoint: 'line:ann:2' } },
      { endpoint: 'line:ann:2', source: { endpoint: caller } },
    ])
    expect(effectsBetween(states.connected, states.wrapping)[0]).toMatchObject({ endpoint: 'line:ann:1' })
  })
})

describe('timers', () => {
  test.each<[CallState['type'], string[]]>([
    ['arriving', ['deadline']],
    ['dialing', ['deadline']],
    ['flow', ['deadline']],
    ['queued', ['deadline']],
    ['offered', ['ring']],
    ['connected', []],
    ['held', []],
    ['parked', ['deadline']],
    ['leaving', ['deadline']],
    ['wrapping', ['deadline']],
    ['ended', []],
  ])('%s: %j', (name, timers) => {
    expect(Object.keys(timersOf(states[name]))).toEqual(timers)
  })

  it('the earliest of several counts', () => {
    const passed = [
      { operator: 'x', until: noon + 9 },
      { operator: 'y', until: noon + 5 },
    ]
    const offers = [
      { operator: 'ann', ringsUntil: noon + 30 },
      { operator: 'bob', ringsUntil: noon + 20 },
    ]
    expect(timersOf({ ...states.offered, offers, passed })).toMatchObject({ ring: noon + 20, pass: noon + 5 })
  })

  test.each(['dialing', 'flow', 'queued', 'offered', 'connected', 'held', 'parked'] as const)(
    'lost audio is given up after its limit: %s',
    name => {
      expect(timersOf(lost[name]).media).toBe(noon + limits.mediaLostMs)
    },
  )
})

it('says whose call it is, and for whom it rings', () => {
  expect(names.map(name => operatorOf(states[name]))).toEqual([
    ...[null, 'ann', null, null, null],
    ...['ann', 'ann', 'ann'],
    ...[null, 'ann', null],
  ])
  expect([ringingOf(states.offered), ringingOf(states.connected)]).toEqual([['ann', 'bob'], []])
})
