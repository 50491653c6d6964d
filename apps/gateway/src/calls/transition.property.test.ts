import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CallInput, CallState, CallWrite, TimerName } from './call.state.ts'
import type { CallEffect } from './desired.rules.ts'
import { effectsBetween, ringingOf, timersOf } from './desired.rules.ts'
import { playlistOf } from './playlists.rules.ts'
import { createTestFacts, createTestStates, noon, terms } from './testing/create-test-states.ts'
import { transition } from './transition.state.ts'

// Random lives of one call, beside a model of what the database decides (the operators' rows) and of what the effects
// leave behind at the workers and the caller's leg.

const operators = ['ann', 'bob', 'cat']
const lineOf = (operator: string, number: number) => ({ worker: 0, endpoint: `line:${operator}:${number}` })

type Row = 'free' | 'ringing' | 'on-call' | 'wrap-up' | 'offline'
type World = {
  heard: Map<string, string>
  opened: string | null
  answered: boolean
  dialled: boolean
  hungUp: number
  closed: Set<string>
}
type Life = {
  state: CallState
  now: number
  rows: Map<string, Row>
  writes: CallWrite[]
  steps: { before: CallState; after: CallState; input: CallInput; writes: CallWrite[] }[]
  world: World
}

/** What may be tried next; `move` says which moments and playlists, as they depend on the state. */
type Move =
  | { type: 'input'; input: CallInput }
  | { type: 'due'; which: number }
  | { type: 'played' }
  | { type: 'offer'; operator: string }
  | { type: 'wait'; ms: number }
  /** What the operators concerned would do: accept what rings, and act on the call they have. */
  | { type: 'theirs'; act: (typeof acts)[number]; which: number }

const acts = [
  'accepted',
  'hold',
  'resume',
  'operator hung up',
  'operator away',
  'operator back',
  'wrapped up',
] as const
const operator = fc.constantFrom(...operators)
const line = fc.tuple(operator, fc.nat(2)).map(([who, number]) => lineOf(who, number))
const path = fc.record({
  worker: fc.nat(1),
  endpoint: fc.constant('caller:call-1'),
  port: fc.constantFrom(null, 40_000),
})

const input: fc.Arbitrary<CallInput> = fc.oneof(
  path.map(p => ({ type: 'media up' as const, ...p })),
  fc.constantFrom<CallInput>(
    { type: 'media lost' },
    { type: 'media possible', worker: 0 },
    { type: 'answered' },
    { type: 'progress', earlyMedia: false },
    { type: 'progress', earlyMedia: true },
  ),
  fc.record({
    type: fc.constant('place' as const),
    position: fc.integer({ min: 1, max: 30 }),
    staffed: fc.boolean(),
  }),
  operator.chain(who =>
    fc.constantFrom<CallInput>(
      { type: 'declined', operator: who },
      { type: 'offer withdrawn', operator: who },
      { type: 'hold', operator: who },
      { type: 'resume', operator: who },
      { type: 'operator hung up', operator: who },
      { type: 'operator away', operator: who },
      { type: 'wrapped up', operator: who },
    ),
  ),
  fc.tuple(operator, line).map(([who, at]) => ({ type: 'accepted' as const, operator: who, line: at })),
  fc.tuple(operator, line).map(([who, at]) => ({ type: 'operator back' as const, operator: who, line: at })),
  fc
    .tuple(fc.option(path), fc.option(line))
    .map(([media, at]) => ({ type: 'recovered' as const, media, line: at, ringing: [] })),
  fc
    .constantFrom<TimerName>('deadline', 'ring', 'pass', 'media')
    .map(name => ({ type: 'timer' as const, name })),
)
const lastInput = fc.constantFrom<CallInput>(
  { type: 'leg ended', cause: 'far end hung up' },
  { type: 'media failed', ending: { result: 'upstream', reason: 'no-common-codec' } },
  { type: 'stopped' },
)

const move: fc.Arbitrary<Move> = fc.oneof(
  { weight: 6, arbitrary: input.map(i => ({ type: 'input' as const, input: i })) },
  { weight: 4, arbitrary: operator.map(who => ({ type: 'offer' as const, operator: who })) },
  { weight: 3, arbitrary: fc.nat(3).map(which => ({ type: 'due' as const, which })) },
  { weight: 2, arbitrary: fc.constant({ type: 'played' as const }) },
  { weight: 2, arbitrary: fc.nat(40_000).map(ms => ({ type: 'wait' as const, ms })) },
  {
    weight: 8,
    arbitrary: fc.record({
      type: fc.constant('theirs' as const),
      act: fc.constantFrom(...acts),
      which: fc.nat(2),
    }),
  },
  { weight: 1, arbitrary: lastInput.map(i => ({ type: 'input' as const, input: i })) },
)

type Given = {
  kind: 'sip' | 'stream'
  direction: 'in' | 'out'
  greeting: string
  begun: boolean
  moves: Move[]
}

const moves: fc.Arbitrary<Given> = fc.record({
  kind: fc.constantFrom('sip' as const, 'stream' as const),
  // ann makes every fourth call.
  direction: fc.constantFrom('in' as const, 'in' as const, 'in' as const, 'out' as const),
  greeting: fc.constantFrom('', 'en/greeting'),
  begun: fc.boolean(),
  moves: fc.array(move, { maxLength: 80, size: 'max' }),
})

function live(given: Given): Life {
  const life = begin(given)
  // Half of all lives get over the beginning, which random inputs seldom do.
  if (given.begun) for (const first of beginning) put(life, first)
  for (const one of given.moves) {
    if (life.state.type === 'ended') break
    const next = inputOf(one, life)
    if (next) put(life, next)
  }
  return life
}

const beginning: CallInput[] = [
  { type: 'media up', worker: 0, endpoint: 'caller:call-1', port: 40_000 },
  { type: 'answered' },
]

const untouched = (): World => ({
  heard: new Map(),
  opened: null,
  answered: false,
  dialled: false,
  hungUp: 0,
  closed: new Set(),
})

function begin({ kind, direction, greeting }: Given): Life {
  const change = { leg: { id: 'leg-1', kind }, queue: { ...terms, greeting }, arrivedAt: noon }
  const states = createTestStates(createTestFacts(change))
  const opening = states.arriving.facts
  const state =
    direction === 'in'
      ? states.arriving
      : { ...states.dialing, facts: { ...opening, direction }, deadline: noon + 60_000 }
  const world = untouched()
  const life: Life = {
    state,
    now: noon,
    rows: new Map(operators.map(o => [o, o === 'ann' && direction === 'out' ? 'on-call' : 'free'])),
    writes: [],
    steps: [],
    world,
  }
  applyTo(world, effectsBetween(undefined, state))
  return life
}

function inputOf(one: Move, life: Life): CallInput | undefined {
  switch (one.type) {
    case 'wait':
      life.now += one.ms
      return undefined
    case 'due': {
      const due = Object.entries(timersOf(life.state)) as [TimerName, number][]
      const timer = due[one.which % due.length]
      if (!timer) return undefined
      life.now = Math.max(life.now, timer[1])
      return { type: 'timer', name: timer[0] }
    }
    case 'played':
      return { type: 'played', playlist: playlistOf(life.state) }
    case 'offer':
      // The row decides first; a call that does not wait any more is not offered.
      if (life.rows.get(one.operator) !== 'free') return undefined
      if (life.state.type !== 'queued' && life.state.type !== 'offered') return undefined
      life.rows.set(one.operator, 'ringing')
      return { type: 'offers made', operators: [one.operator] }
    case 'theirs': {
      const rung = ringing(life)
      const who = 'operator' in life.state ? life.state.operator : rung[one.which % rung.length]
      if (who === undefined) return undefined
      const withLine = one.act === 'accepted' || one.act === 'operator back'
      return withLine
        ? { type: one.act, operator: who, line: lineOf(who, one.which) }
        : ({ type: one.act, operator: who } as CallInput)
    }
    case 'input':
      return one.input.type === 'recovered' ? { ...one.input, ringing: ringing(life) } : one.input
  }
}

const ringing = (life: Life) => operators.filter(o => life.rows.get(o) === 'ringing')

/** As mailbox and database do it: a refused claim leaves everything as it was. */
function put(life: Life, next: CallInput): void {
  const { state: before } = life
  const step = transition(before, next, life.now)
  if (step.type === 'ignored') return
  const claim = step.writes.find(w => w.type === 'claim operator')
  if (claim && life.rows.get(claim.operator) !== 'ringing') return
  for (const write of step.writes) writeTo(life.rows, write)
  life.writes.push(...step.writes)
  life.steps.push({ before, after: step.state, input: next, writes: step.writes })
  applyTo(life.world, effectsBetween(next.type === 'recovered' ? undefined : before, step.state))
  life.state = step.state
}

function writeTo(rows: Map<string, Row>, write: CallWrite): void {
  if (write.type === 'claim operator') rows.set(write.operator, 'on-call')
  if (write.type === 'wrap up operator') rows.set(write.operator, 'wrap-up')
  if (write.type === 'sign off operator') rows.set(write.operator, 'offline')
  if (write.type === 'free operators') for (const one of write.operators) rows.set(one, 'free')
}

function applyTo(world: World, effects: CallEffect[]): void {
  for (const effect of effects) {
    if (effect.type === 'hear')
      world.heard.set(`${effect.worker}/${effect.endpoint}`, JSON.stringify(effect.source))
    if (effect.type === 'open caller media') world.opened = `${effect.worker}/${effect.port}`
    if (effect.type === 'answer caller') world.answered = true
    if (effect.type === 'dial caller') world.dialled = true
    if (effect.type === 'hang up caller') world.hungUp += 1
    if (effect.type === 'close endpoint') world.closed.add(`${effect.worker}/${effect.endpoint}`)
  }
}

/** Every property is looked at over lives that reach all states (see the first test). */
function check(holds: (life: Life) => void, runs = 1_500): void {
  fc.assert(
    fc.property(moves, given => {
      holds(live(given))
    }),
    { numRuns: runs, seed: 20_261 },
  )
}

const isOver = (state: CallState) => state.type === 'ended' || state.type === 'wrapping'

describe('whatever happens to a call', () => {
  it('all states are reached by these lives', () => {
    const seen = new Set<string>()
    check(life => life.steps.forEach(step => void seen.add(step.after.type)))
    expect([...seen].sort()).toEqual(Object.keys(createTestStates()).sort())
  })

  it('it has one record as soon as its caller is gone, and none before', () => {
    check(life => {
      for (const [index, { after }] of life.steps.entries()) {
        const written = life.steps.slice(0, index + 1).flatMap(s => s.writes)
        expect(written.filter(w => w.type === 'record')).toHaveLength(isOver(after) ? 1 : 0)
      }
    })
  })

  it('no operator is claimed before the one before them left', () => {
    check(life => {
      let holder: string | null = null
      for (const write of life.writes) {
        if (write.type === 'claim operator') {
          expect(holder).toBeNull()
          holder = write.operator
        }
        if (write.type === 'leave' && write.party === holder) holder = null
      }
    })
  })

  it('whoever joined left when it is over', () => {
    check(life => {
      if (!isOver(life.state)) return
      const count = (type: 'join' | 'leave', party: string) =>
        life.writes.filter(w => w.type === type && w.party === party).length
      for (const who of operators) expect(count('leave', who)).toBe(count('join', who))
    })
  })

  it('an operator belongs to it exactly while it says so', () => {
    check(life => {
      const { state } = life
      expect(ringing(life)).toEqual(ringingOf(state).sort())
      const busy = operators.filter(o => ['on-call', 'wrap-up'].includes(life.rows.get(o)!))
      expect(busy).toEqual('operator' in state ? [state.operator] : [])
    })
  })

  it('it always moves on: a timer runs, or two people who can hang up talk', () => {
    check(life => {
      for (const { after } of life.steps) {
        if (after.type === 'ended') continue
        const talk = (after.type === 'connected' || after.type === 'held') && after.facts.media.state === 'up'
        expect(talk || Object.keys(timersOf(after)).length > 0).toBe(true)
      }
    })
  })

  it('a timer that is due is never ignored, so that it does not fire for ever', () => {
    check(life => {
      for (const { after } of life.steps)
        for (const [name, at] of Object.entries(timersOf(after)))
          expect(transition(after, { type: 'timer', name: name as TimerName }, at).type).toBe('step')
    })
  })

  it('left alone, it ends within a bounded time unless two people talk', () => {
    check(life => {
      for (let turns = 0; turns < 60; turns++) {
        const due = Object.entries(timersOf(life.state)).sort(([, a], [, b]) => a - b)[0]
        if (!due) break
        life.now = Math.max(life.now, due[1])
        put(life, { type: 'timer', name: due[0] as TimerName })
      }
      expect(['ended', 'connected', 'held']).toContain(life.state.type)
    })
  })

  it('everything said from nothing leaves the world as every step one by one did', () => {
    check(life => {
      const { state, world } = life
      const again: World = structuredClone(world)
      applyTo(again, effectsBetween(undefined, state))
      expect(again.heard).toEqual(world.heard)
      expect(again.closed).toEqual(world.closed)
      expect(again.hungUp > 0).toBe(world.hungUp > 0)
      expect(again.dialled).toBe(world.dialled)
      if (state.facts.media.state === 'opening') expect(again.opened).toBe(world.opened)
    })
  })

  it('a control that died between entry and effects is made up for by the next', () => {
    check(life => {
      const last = life.steps.at(-1)
      if (!last) return
      const before = life.steps.slice(0, -1)
      const missed = untouched()
      for (const step of before) applyTo(missed, effectsBetween(step.before, step.after))
      applyTo(missed, effectsBetween(undefined, last.after))
      for (const effect of effectsBetween(last.before, last.after)) {
        const gone = effect.type === 'hear' && effect.source.type === 'nothing'
        if (effect.type === 'hear' && !gone)
          expect(missed.heard.get(`${effect.worker}/${effect.endpoint}`)).toBe(JSON.stringify(effect.source))
        if (effect.type === 'hang up caller') expect(missed.hungUp).toBeGreaterThan(0)
        if (effect.type === 'answer caller') expect(missed.answered).toBe(true)
        if (effect.type === 'dial caller') expect(missed.dialled).toBe(true)
        if (effect.type === 'open caller media') expect(missed.opened).toBe(`${effect.worker}/${effect.port}`)
        if (effect.type === 'close endpoint')
          expect(missed.closed.has(`${effect.worker}/${effect.endpoint}`)).toBe(true)
      }
    })
  })

  it('the caller is hung up once in the life of one control', () => {
    check(life => {
      const recoveries = life.steps.filter(s => s.input.type === 'recovered').length
      expect(life.world.hungUp).toBeLessThanOrEqual(1 + recoveries)
      if (isOver(life.state)) expect(life.world.hungUp).toBeGreaterThan(0)
    })
  })

  it('nothing personal stands in its states: they are plain data that survive the journal', () => {
    check(life => void expect(JSON.parse(JSON.stringify(life.state))).toEqual(life.state), 200)
  })
})
