import { describe, expect, it, test } from 'vitest'
import type { CallFacts, CallInput, CallState, CallWrite, Step } from './call.state.ts'
import { limits } from './limits.rules.ts'
import { playlistOf } from './playlists.rules.ts'
import {
  createTestFacts,
  createTestInputs,
  createTestStates,
  noon,
  terms,
} from './testing/create-test-states.ts'
import { transition } from './transition.state.ts'

type StateName = CallState['type']
type InputName = CallInput['type']
/** The state that follows; `ignored`: counted, not journaled. */
type Outcome = StateName | 'ignored'

/**
 * What becomes of every input in every state. `Record` over both unions: a new state or input without its row or column
 * does not compile.
 */
const matrix: Record<StateName, Record<InputName, Outcome>> = {
  arriving: {
    ...allIgnored(),
    ...endings('ended'),
    'media up': 'arriving',
    'media lost': 'arriving',
    answered: 'flow',
    recovered: 'arriving',
    timer: 'ended',
  },
  dialing: {
    ...allIgnored(),
    ...endings('ended'),
    'media up': 'dialing',
    'media lost': 'dialing',
    progress: 'dialing',
    answered: 'connected',
    'operator hung up': 'ended',
    'operator away': 'ended',
    'operator back': 'dialing',
    recovered: 'dialing',
    timer: 'ended',
  },
  flow: {
    ...allIgnored(),
    ...endings('ended'),
    'media up': 'flow',
    'media lost': 'flow',
    recovered: 'flow',
    timer: 'queued',
  },
  queued: {
    ...allIgnored(),
    ...endings('ended'),
    'media up': 'queued',
    'media lost': 'queued',
    place: 'queued',
    'offers made': 'offered',
    recovered: 'offered',
    timer: 'leaving',
  },
  offered: {
    ...allIgnored(),
    ...endings('ended'),
    'media up': 'offered',
    'media lost': 'offered',
    place: 'offered',
    'offers made': 'offered',
    declined: 'offered',
    'offer withdrawn': 'offered',
    accepted: 'connected',
    recovered: 'offered',
    timer: 'ignored',
  },
  connected: {
    ...allIgnored(),
    ...endings('wrapping'),
    'media up': 'connected',
    'media lost': 'connected',
    hold: 'held',
    'operator hung up': 'wrapping',
    'operator away': 'parked',
    'operator back': 'connected',
    recovered: 'connected',
  },
  held: {
    ...allIgnored(),
    ...endings('wrapping'),
    'media up': 'held',
    'media lost': 'held',
    resume: 'connected',
    'operator hung up': 'wrapping',
    'operator away': 'parked',
    'operator back': 'held',
    recovered: 'held',
  },
  parked: {
    ...allIgnored(),
    ...endings('wrapping'),
    'media up': 'parked',
    'media lost': 'parked',
    'operator hung up': 'wrapping',
    'operator back': 'connected',
    recovered: 'parked',
    timer: 'queued',
  },
  leaving: {
    ...allIgnored(),
    ...endings('ended'),
    'media up': 'leaving',
    'media lost': 'leaving',
    recovered: 'leaving',
    timer: 'ended',
  },
  wrapping: {
    ...allIgnored(),
    'wrapped up': 'ended',
    recovered: 'wrapping',
    timer: 'ended',
    stopped: 'ended',
  },
  ended: allIgnored(),
}

function allIgnored(): Record<InputName, Outcome> {
  const names = Object.keys(createTestInputs()) as InputName[]
  return Object.fromEntries(names.map(name => [name, 'ignored'])) as Record<InputName, Outcome>
}

/** What ends a call for its caller in every state alike. */
function endings(outcome: Outcome) {
  return { 'leg ended': outcome, 'media failed': outcome, stopped: outcome }
}

const states = createTestStates()
const inputs = createTestInputs()
const pairs = (Object.keys(matrix) as StateName[]).flatMap(state =>
  (Object.keys(matrix[state]) as InputName[]).map(input => ({ state, input, outcome: matrix[state][input] })),
)

/** When a timer of this state is due; every other input comes at noon. */
function momentOf(state: CallState, input: CallInput): number {
  return input.type === 'timer' && 'deadline' in state ? state.deadline : noon
}

function take(state: CallState, input: CallInput, now = momentOf(state, input)): Step {
  return transition(state, input, now)
}

function stepOf(state: CallState, input: CallInput, now?: number) {
  const step = take(state, input, now)
  if (step.type === 'ignored') throw new Error(`${state.type} ignores ${input.type}`)
  return step
}

const writes = (step: { writes: CallWrite[] }, type: CallWrite['type']) =>
  step.writes.filter(w => w.type === type)

describe('every input in every state', () => {
  test.each(pairs)('$input in $state: $outcome', ({ state, input, outcome }) => {
    const step = take(states[state], inputs[input])
    expect(step.type === 'ignored' ? 'ignored' : step.state.type).toBe(outcome)
  })

  test.each(pairs.filter(p => p.outcome !== 'ignored'))('$input in $state keeps whose call it is', p => {
    const { facts } = stepOf(states[p.state], inputs[p.input]).state
    const { media: _m, answeredAt: _a, ...same } = facts
    expect(states[p.state].facts).toMatchObject(same)
  })

  test.each(pairs)('$input in $state changes neither of them', ({ state, input }) => {
    const before = structuredClone([states[state], inputs[input]])
    take(states[state], inputs[input])
    expect([states[state], inputs[input]]).toEqual(before)
  })

  const ends = pairs.filter(p => p.input === 'leg ended' && !['wrapping', 'ended'].includes(p.state))
  test.each(ends)('the caller hanging up in $state writes exactly one record', p => {
    expect(writes(stepOf(states[p.state], inputs[p.input]), 'record')).toHaveLength(1)
  })

  const joined = ends.filter(p => p.state !== 'dialing')
  test.each(joined)('the caller hanging up in $state leaves', p => {
    const step = stepOf(states[p.state], inputs[p.input])
    expect(writes(step, 'leave')).toContainEqual({ type: 'leave', party: 'caller-1', at: noon })
  })
})

describe('the beginning', () => {
  it('answers a SIP caller when the audio is up, and greets when the answer arrived', () => {
    const up = stepOf(states.arriving, inputs['media up']).state
    expect(up).toMatchObject({ type: 'arriving', facts: { media: { state: 'up', port: 40_002 } } })
    expect(stepOf(up, inputs.answered)).toMatchObject({
      state: { type: 'flow' },
      writes: [{ type: 'join', role: 'caller' }],
    })
  })

  const onStream = { leg: { id: 'leg-1', kind: 'stream' } } as const
  it('greets a stream caller as soon as the stream is there', () => {
    const { arriving } = createTestStates(createTestFacts(onStream))
    expect(stepOf(arriving, inputs['media up'])).toMatchObject({ state: { type: 'flow' } })
  })

  it('greets a stream caller whose stream came while no control was there', () => {
    const { arriving } = createTestStates(createTestFacts(onStream))
    expect(stepOf(arriving, inputs.recovered)).toMatchObject({ state: { type: 'flow' } })
    expect(stepOf(arriving, { ...inputs.recovered, media: null })).toMatchObject({
      state: { type: 'arriving' },
    })
  })

  it('opens an RTP port again whose number never reached the journal', () => {
    const opened = stepOf(states.arriving, inputs.recovered).state
    expect(opened.facts.media).toMatchObject({ state: 'opening', port: null })
  })

  it('lets a caller wait at once where the queue has no greeting', () => {
    const { arriving } = createTestStates(createTestFacts({ queue: { ...terms, greeting: '' } }))
    expect(stepOf(arriving, inputs.answered).state).toMatchObject({ type: 'queued', queuedAt: noon })
  })

  it('gives a leg whose audio never came up for lost after its limit', () => {
    expect(take(states.arriving, inputs.timer, states.arriving.deadline - 1).type).toBe('ignored')
    expect(stepOf(states.arriving, inputs.timer).state).toMatchObject({
      ending: { reason: 'stream-never-came' },
    })
  })

  it('goes on when the greeting was played, and when it never reports that it was', () => {
    const played = { type: 'played', playlist: playlistOf(states.flow) } as const
    expect(stepOf(states.flow, played).state.type).toBe('queued')
    expect(stepOf(states.flow, inputs.timer).state.type).toBe('queued')
  })
})

describe('a call of ours', () => {
  const { dialing } = states
  const ringing = { ...dialing, progress: 'ringing' } as const
  const early = { ...dialing, progress: 'early media' } as const

  test.each([
    [dialing, false, 'ringing'],
    [dialing, true, 'early media'],
    [ringing, true, 'early media'],
  ] as const)(
    'from $progress, a far end that rings (early media: %s) brings it to %s',
    (state, earlyMedia, to) => {
      expect(stepOf(state, { type: 'progress', earlyMedia }).state).toMatchObject({ progress: to })
    },
  )

  test.each([
    [ringing, false],
    [early, true],
    // RFC 3960 §3.2: a 180 of another branch does not silence what is heard already.
    [early, false],
  ] as const)('in $progress, it says nothing new that it rings (early media: %s)', (state, earlyMedia) => {
    expect(take(state, { type: 'progress', earlyMedia }).type).toBe('ignored')
  })

  it('joins the operator who waits, when the far end answers', () => {
    expect(stepOf(early, inputs.answered)).toEqual({
      type: 'step',
      state: {
        type: 'connected',
        facts: { ...early.facts, answeredAt: noon },
        operator: 'ann',
        line: early.line,
        joinedAt: noon,
      },
      writes: [
        { type: 'join', party: 'caller-1', role: 'caller', at: noon },
        { type: 'join', party: 'ann', role: 'operator', at: noon },
      ],
    })
  })

  const causes = [
    ['busy', 'caller', 'busy'],
    ['no answer', 'caller', 'no-answer'],
    ['declined', 'caller', 'declined'],
    ['no such number', 'upstream', 'number-unknown'],
    ['carrier failed', 'upstream', 'carrier-failed'],
    ['credentials refused', 'upstream', 'credentials-refused'],
    ['unreachable', 'upstream', 'peer-unreachable'],
    ['canceled', 'operator', 'canceled'],
  ] as const
  test.each(causes)('%s: it ended by the %s because of %s, with no wrap-up', (cause, result, reason) => {
    const ending = { result, reason }
    expect(stepOf(ringing, { type: 'leg ended', cause })).toEqual({
      type: 'step',
      state: { type: 'ended', facts: ringing.facts, ending, endedAt: noon },
      writes: [
        { type: 'free operators', operators: ['ann'] },
        { type: 'record', ending, operator: 'ann', answeredAt: null, at: noon },
      ],
    })
  })

  it('is canceled when its operator hangs up, or is away, and by nobody else', () => {
    for (const type of ['operator hung up', 'operator away'] as const) {
      expect(stepOf(ringing, { type, operator: 'ann' }).state).toMatchObject({
        type: 'ended',
        ending: { result: 'operator', reason: 'canceled' },
      })
      expect(take(ringing, { type, operator: 'bob' }).type).toBe('ignored')
    }
  })

  it('is not answered when it rings for as long as it may, and not a moment before', () => {
    const deadline = { type: 'timer', name: 'deadline' } as const
    expect(take(ringing, deadline, ringing.deadline - 1).type).toBe('ignored')
    expect(stepOf(ringing, deadline, ringing.deadline).state).toMatchObject({
      ending: { result: 'caller', reason: 'no-answer' },
    })
  })

  it('keeps its line, or takes the newest, when a new control takes it up', () => {
    expect(stepOf(early, { ...inputs.recovered, line: null }).state).toMatchObject({
      progress: 'early media',
      line: early.line,
    })
    const line = { worker: 0, endpoint: 'line:ann:2' }
    expect(stepOf(early, { ...inputs.recovered, line }).state).toMatchObject({ line })
  })

  it('takes a new line of its operator, and ignores the one it has', () => {
    expect(take(ringing, { ...inputs['operator back'], line: ringing.line }).type).toBe('ignored')
    expect(take(ringing, { ...inputs['operator back'], operator: 'bob' }).type).toBe('ignored')
  })
})

describe('waiting and ringing', () => {
  it('rings each operator for the 30 s of the queue', () => {
    expect(stepOf(states.queued, inputs['offers made']).state).toMatchObject({
      type: 'offered',
      offers: [{ operator: 'cat', ringsUntil: noon + 30_000 }],
    })
  })

  it('moves on when one declines: they are free, not asked again for a while, and the other rings on', () => {
    expect(stepOf(states.offered, inputs.declined)).toEqual({
      type: 'step',
      state: {
        ...states.offered,
        offers: [states.offered.offers[1]],
        passed: [{ operator: 'ann', until: noon + limits.passMs }],
      },
      writes: [{ type: 'free operators', operators: ['ann'] }],
    })
  })

  it('waits on when the last one declines, at the same place', () => {
    const once = stepOf(states.offered, inputs.declined).state
    const twice = stepOf(once, { type: 'declined', operator: 'bob' }).state
    expect(twice).toMatchObject({ type: 'queued', queuedAt: states.offered.queuedAt })
    expect(twice).not.toHaveProperty('offers')
  })

  it('moves on after 30 s without answer, and not a moment before', () => {
    const ring = { type: 'timer', name: 'ring' } as const
    expect(take(states.offered, ring, noon + 29_999).type).toBe('ignored')
    expect(stepOf(states.offered, ring, noon + 30_000)).toMatchObject({
      state: { type: 'queued', passed: [{ operator: 'ann' }, { operator: 'bob' }] },
      writes: [{ type: 'free operators', operators: ['ann', 'bob'] }],
    })
  })

  it('takes those out whose 30 s are over, while who was asked later rings on', () => {
    const [ann, bob] = states.offered.offers
    const state: CallState = { ...states.offered, offers: [ann!, { ...bob!, ringsUntil: noon + 40_000 }] }
    expect(stepOf(state, { type: 'timer', name: 'ring' }, noon + 30_000)).toMatchObject({
      state: { type: 'offered', offers: [{ operator: 'bob' }] },
      writes: [{ operators: ['ann'] }],
    })
  })

  it('asks a passed operator again when their time is over', () => {
    const passed = [{ operator: 'ann', until: noon + 5_000 }]
    const state: CallState = { ...states.queued, passed }
    const pass = { type: 'timer', name: 'pass' } as const
    expect(take(state, pass, noon + 4_999).type).toBe('ignored')
    expect(stepOf(state, pass, noon + 5_000).state).toMatchObject({ passed: [] })
  })

  it('does not hold a closed tab against its operator', () => {
    expect(stepOf(states.offered, inputs['offer withdrawn']).state).toMatchObject({ passed: [] })
  })

  it('is accepted only by whom it rings for', () => {
    expect(take(states.offered, { ...inputs.accepted, operator: 'cat' }).type).toBe('ignored')
    expect(stepOf(states.offered, inputs.accepted)).toMatchObject({
      state: { type: 'connected', operator: 'ann', joinedAt: noon, facts: { answeredAt: noon } },
      writes: [
        { type: 'claim operator', operator: 'ann' },
        { type: 'join', party: 'ann' },
        { type: 'free operators', operators: ['bob'] },
      ],
    })
  })

  it('says goodbye at the wait limit', () => {
    expect(stepOf(states.queued, inputs.timer)).toMatchObject({
      state: { type: 'leaving', clip: 'goodbye', ending: { reason: 'wait-limit' } },
    })
  })

  it('lets a call that rings at the wait limit ring on', () => {
    expect(take(states.offered, inputs.timer, states.offered.deadline).type).toBe('ignored')
  })

  it('ends after the goodbye, spoken or not', () => {
    const played = { type: 'played', playlist: playlistOf(states.leaving) } as const
    for (const input of [played, inputs.timer])
      expect(stepOf(states.leaving, input).state).toMatchObject({
        type: 'ended',
        ending: { reason: 'wait-limit' },
      })
  })

  it('does not repeat a place that was told already', () => {
    expect(take(states.queued, { type: 'place', position: 1, staffed: true }).type).toBe('ignored')
    expect(stepOf(states.queued, { type: 'place', position: 1, staffed: false }).state).toMatchObject({
      announcement: { number: 2, staffed: false },
    })
  })

  it('calls a caller who gave up before anyone answered abandoned, and one who had talked completed', () => {
    const { queued } = createTestStates(createTestFacts({ answeredAt: noon - 9_000 }))
    expect(stepOf(states.queued, inputs['leg ended']).state).toMatchObject({
      ending: { result: 'caller', reason: 'abandoned' },
    })
    expect(stepOf(queued, inputs['leg ended']).state).toMatchObject({
      ending: { result: 'completed', reason: 'hung-up-by-caller' },
    })
  })
})

describe('talking', () => {
  const theirs = [
    'hold',
    'resume',
    'operator hung up',
    'operator away',
    'operator back',
    'wrapped up',
  ] as const
  const talks = ['connected', 'held', 'parked', 'wrapping'] as const
  const strangers = talks.flatMap(state => theirs.map(input => ({ state, input })))
  test.each(strangers)('another operator can do nothing: $input in $state', ({ state, input }) => {
    expect(take(states[state], { ...inputs[input], operator: 'bob' }).type).toBe('ignored')
  })

  it('parks the caller when the line breaks, and joins the operator again where they were', () => {
    for (const state of [states.connected, states.held]) {
      const parked = stepOf(state, inputs['operator away']).state
      expect(parked).toMatchObject({ type: 'parked', was: state.type, deadline: noon + 30_000 })
      expect(stepOf(parked, inputs['operator back']).state).toMatchObject({
        type: state.type,
        line: { endpoint: 'line:ann:2' },
        joinedAt: state.joinedAt,
      })
    }
  })

  it('takes a new line of the same operator, and ignores the one it has', () => {
    const { line } = states.connected
    expect(take(states.connected, { ...inputs['operator back'], line }).type).toBe('ignored')
    expect(stepOf(states.connected, inputs['operator back']).state).toMatchObject({
      line: { endpoint: 'line:ann:2' },
    })
  })

  it('gives the caller to the front of the queue when the operator does not return, and signs them off', () => {
    expect(stepOf(states.parked, inputs.timer)).toMatchObject({
      state: { type: 'queued', queuedAt: states.parked.facts.arrivedAt },
      writes: [
        { type: 'leave', party: 'ann' },
        { type: 'sign off operator', operator: 'ann' },
      ],
    })
  })

  it('lets the operator write up, then frees them', () => {
    expect(stepOf(states.connected, inputs['operator hung up'])).toMatchObject({
      state: {
        type: 'wrapping',
        deadline: noon + 10_000,
        ending: { result: 'completed', reason: 'hung-up-by-operator' },
      },
      writes: [
        { type: 'wrap up operator', operator: 'ann', until: noon + 10_000 },
        { type: 'leave', party: 'ann' },
        { type: 'leave', party: 'caller-1' },
        { type: 'record', operator: 'ann' },
      ],
    })
    for (const input of [inputs['wrapped up'], inputs.timer, inputs.stopped])
      expect(stepOf(states.wrapping, input)).toMatchObject({
        state: { type: 'ended', ending: states.wrapping.ending },
        writes: [{ type: 'free operators', operators: ['ann'] }],
      })
  })
})

describe("the caller's audio", () => {
  const lost = (facts: Partial<CallFacts> = {}) =>
    createTestStates(createTestFacts(facts, { state: 'lost', since: noon - 1_000 }))
  const broken = ['dialing', 'flow', 'queued', 'offered', 'connected', 'held', 'parked'] as const

  test.each(broken)('is given up after its limit in %s', name => {
    const media = { type: 'timer', name: 'media' } as const
    const due = noon - 1_000 + limits.mediaLostMs
    expect(take(lost()[name], media, due - 1).type).toBe('ignored')
    expect(stepOf(lost()[name], media, due).state).toMatchObject({
      ending: { result: 'upstream', reason: 'media-lost' },
    })
  })

  test.each(broken)('is opened again on the same port for a SIP caller in %s', name => {
    expect(stepOf(lost()[name], inputs['media possible']).state.facts.media).toMatchObject({
      state: 'opening',
      port: 40_000,
      since: noon - 1_000,
    })
  })

  test.each(broken)('is the carrier to open again for a stream caller in %s', name => {
    const state = lost({ leg: { id: 'leg-1', kind: 'stream' } })[name]
    expect(take(state, inputs['media possible']).type).toBe('ignored')
    expect(stepOf(state, inputs['media up']).state.facts.media.state).toBe('up')
  })

  it('keeps its first moment of loss when it breaks again before it was up', () => {
    const opening = createTestStates(createTestFacts({}, { state: 'opening', since: noon - 9_000 })).queued
    expect(stepOf(opening, inputs['media lost']).state.facts.media.since).toBe(noon - 9_000)
  })

  it('says nothing new when it is up where it is up', () => {
    expect(take(states.queued, { ...inputs['media up'], port: 40_000 }).type).toBe('ignored')
  })
})

describe('what is proved about the caller', () => {
  const found: CallInput = { type: 'identified', identity: 'B' }
  const checking = createTestStates(createTestFacts({ identity: 'checking' }))
  const here = Object.values(checking).filter(s => s.type !== 'wrapping' && s.type !== 'ended')

  test.each(here)('is taken while $type, and changes nothing else', state => {
    const step = stepOf(state, found)
    expect(step.state).toEqual({ ...state, facts: { ...state.facts, identity: 'B' } })
    expect(step.writes).toEqual([])
  })

  it('is not changed once it is known, and comes too late for a call that is over', () => {
    const known = createTestStates(createTestFacts({ identity: 'failed' }))
    for (const state of [known.queued, known.connected, checking.wrapping, checking.ended])
      expect(transition(state, found, noon).type).toBe('ignored')
  })
})

describe('a control that takes a call up', () => {
  it('parks a talk whose operator has no live line', () => {
    for (const state of [states.connected, states.held])
      expect(stepOf(state, { ...inputs.recovered, line: null }).state).toMatchObject({
        type: 'parked',
        was: state.type,
      })
  })

  it('leaves a parked caller parked until their operator is back, although a line of theirs may still stand', () => {
    for (const input of [{ ...inputs.recovered, line: null }, inputs.recovered])
      expect(stepOf(states.parked, input).state).toMatchObject({
        type: 'parked',
        deadline: states.parked.deadline,
      })
  })

  it('believes the database about whom it rings for', () => {
    const of = (ringing: string[]) => ({ ...inputs.recovered, ringing })
    expect(stepOf(states.offered, of([])).state).toMatchObject({ type: 'queued' })
    expect(stepOf(states.offered, of(['bob', 'cat'])).state).toMatchObject({
      offers: [states.offered.offers[1], { operator: 'cat', ringsUntil: noon + 30_000 }],
    })
    expect(stepOf(states.queued, of([])).state).toMatchObject({ type: 'queued' })
  })

  const dead = { ...inputs.recovered, media: null } as const
  test.each(['dialing', 'flow', 'queued', 'offered', 'connected', 'held', 'parked', 'leaving'] as const)(
    'opens the dead audio of a SIP caller again, and waits for that of a stream caller: %s',
    name => {
      const onStream = createTestStates(createTestFacts({ leg: { id: 'leg-1', kind: 'stream' } }))
      expect(stepOf(states[name], dead).state.facts.media.state).toBe('opening')
      expect(stepOf(onStream[name], dead).state.facts.media.state).toBe('lost')
    },
  )
})
