import { describe, expect, it, test } from 'vitest'
import type { CallState } from '../calls/index.ts'
import { createTestFacts, createTestStates, noon } from '../calls/testing/create-test-states.ts'
import type { OperatorRow } from '../queues/index.ts'
import { type Board, operatorViewOf } from './view.rules.ts'

const states = createTestStates()
const ann = { id: 'ann', name: 'Ann' }

const row = (operator: string, status: OperatorRow['status']): OperatorRow => ({
  operator,
  organization: 'org-1',
  status,
  wanted: 'available',
  call: null,
  lineWarm: true,
})

function viewOf(calls: CallState[], over: Partial<Board> = {}, operator = ann) {
  const board: Board = {
    now: noon,
    organization: { id: 'org-1', name: 'Hotline' },
    calls,
    operators: [],
    recent: [],
    names: new Map([
      ['ann', 'Ann'],
      ['bob', 'Bob'],
    ]),
    callers: new Map([['caller-1', { mask: 'Blue Heron', earlierCalls: 2 }]]),
    muted: new Set(),
    quality: new Map(),
    codecs: new Map(),
    ...over,
  }
  return operatorViewOf(board, operator, {
    line: { id: '1', state: 'warm' },
    deskPhone: { answers: false, registered: 0 },
  })
}

describe('the call of an operator', () => {
  test.each<[CallState['type'], 'offer' | 'active' | null]>([
    ['arriving', null],
    ['dialing', 'active'],
    ['flow', null],
    ['queued', null],
    ['offered', 'offer'],
    ['connected', 'active'],
    ['held', 'active'],
    ['parked', 'active'],
    ['leaving', null],
    ['wrapping', 'active'],
    ['ended', null],
  ])('%s is shown as %s to theirs, and as nothing to others', (name, shown) => {
    const mine = viewOf([states[name]])
    expect([mine.offer !== null, mine.active !== null]).toEqual([shown === 'offer', shown === 'active'])
    const others = viewOf([states[name]], {}, { id: 'zoe', name: 'Zoe' })
    expect([others.offer, others.active]).toEqual([null, null])
  })

  it('shows who calls by the mask, since when they wait, and how long it rings', () => {
    expect(viewOf([states.offered]).offer).toEqual({
      call: 'call-1',
      caller: { mask: 'Blue Heron', earlierCalls: 2 },
      identity: null,
      queue: 'Support',
      waitingSince: noon - 10_000,
      ringsUntil: noon + 30_000,
    })
  })

  it('AU-1: shows what the caller’s telephone speaks once that is known, while it rings and in the call', () => {
    const codecs = new Map([[states.offered.facts.media.endpoint, 'G722' as const]])
    expect(viewOf([states.offered], { codecs }).offer).toMatchObject({ codec: 'G722' })
    expect(viewOf([states.connected], { codecs }).active).toMatchObject({ codec: 'G722' })
  })

  it('shows who is there, who is muted, and how well the caller is heard', () => {
    const quality = new Map([['call-1', { lossPercent: 1, jitterMs: 5 }]])
    const { active } = viewOf([states.connected], { muted: new Set(['ann']), quality })
    expect(active).toMatchObject({
      connectedAt: noon - 8_000,
      callerQuality: { lossPercent: 1 },
      participants: [
        { role: 'caller', name: 'Blue Heron', present: true },
        { role: 'operator', name: 'Ann', muted: true, present: true },
      ],
    })
    const present = (state: CallState) => viewOf([state]).active?.participants.map(p => p.present)
    expect(present(states.parked)).toEqual([true, false])
    expect(present(states.wrapping)).toEqual([false, true])
    expect(present(createTestStates(createTestFacts({}, { state: 'lost' })).connected)).toEqual([false, true])
  })

  it('shows how far a call of theirs has come, and who takes part in it already', () => {
    const dialing = { ...states.dialing, progress: 'ringing' } as const
    expect(viewOf([dialing]).active).toMatchObject({
      direction: 'out',
      state: 'dialing',
      progress: 'ringing',
      participants: [{ role: 'operator', name: 'Ann' }],
    })
    expect(viewOf([states.connected]).active).toMatchObject({ direction: 'in', progress: null })
  })

  it('says until when the wrap-up lasts', () => {
    expect(viewOf([states.wrapping]).active?.wrapUpUntil).toBe(states.wrapping.deadline)
    expect(viewOf([states.connected]).active?.wrapUpUntil).toBeNull()
  })
})

describe('what is proved about the caller', () => {
  test.each(['A', 'B', 'C', 'unverified', 'failed', null] as const)(
    '%s is shown wherever the call is',
    identity => {
      const { offered, connected } = createTestStates(createTestFacts({ identity }))
      const shown = viewOf([offered])
      expect([shown.offer?.identity, shown.queue[0]?.identity]).toEqual([identity, identity])
      expect(viewOf([connected]).active?.identity).toBe(identity)
    },
  )

  it('is not shown while it is being found out', () => {
    const { queued } = createTestStates(createTestFacts({ identity: 'checking' }))
    expect(viewOf([queued]).queue[0]?.identity).toBeNull()
  })
})

it('shows those who wait in their order, and nobody else', () => {
  const later: CallState = {
    ...states.queued,
    facts: createTestFacts({ call: 'call-2', caller: 'caller-2' }),
    queuedAt: noon - 1_000,
  }
  expect(viewOf([later, states.offered, states.flow, states.connected]).queue).toMatchObject([
    { call: 'call-1', position: 1, state: 'offered' },
    { call: 'call-2', position: 2, state: 'queued', caller: { mask: '…' } },
  ])
})

it('counts who can be rung, and shows the own status', () => {
  const operators = [
    row('ann', 'ringing'),
    row('bob', 'available'),
    row('cat', 'on-break'),
    row('dan', 'on-call'),
  ]
  expect(viewOf([], { operators })).toMatchObject({ operatorsAvailable: 2, operator: { status: 'ringing' } })
  expect(viewOf([]).operator.status).toBe('offline')
})

it('shows the history with masks and names, without people who are gone', () => {
  const call = {
    call: 'old',
    caller: 'caller-1',
    identity: 'B' as const,
    direction: 'out' as const,
    startedAt: 1,
    answeredAt: 2,
    endedAt: 3,
    ending: { result: 'completed', reason: 'hung-up-by-caller' } as const,
    operator: 'bob',
  }
  const view = viewOf([], { recent: [call, { ...call, caller: 'x', operator: 'gone' }] })
  expect(view.recent).toMatchObject([
    { caller: { mask: 'Blue Heron' }, identity: 'B', direction: 'out', operator: 'Bob' },
    { caller: { mask: '…' }, operator: null },
  ])
})
