import { describe, expect, it } from 'vitest'
import type { CallInput, CallState } from './call.state.ts'
import { noFailpoints } from './failpoints.port.ts'
import type { Change } from './mailbox.ts'
import { createMailbox } from './mailbox.ts'
import { createTestClock, settled } from './testing/create-test-clock.ts'
import { createTestJournal } from './testing/create-test-journal.ts'
import { createTestInputs, createTestStates, noon } from './testing/create-test-states.ts'

const states = createTestStates()
const inputs = createTestInputs()
const accepted = inputs.accepted

/** `earlyMs`: how much too early the first timer fires. */
async function mailboxIn(state: CallState, earlyMs = 0, isTakenUp = false) {
  const journal = createTestJournal()
  const clock = createTestClock(noon)
  const changes: Change[] = []
  const failures: unknown[] = []
  const gone: CallState[] = []
  const early = ['the first one']
  await journal.open(
    { call: 'call-1', sequence: 1, at: noon, input: { type: 'arrived' }, state, writes: [] },
    { leg: 'leg-1', call: 'call-1', kind: 'sip', data: '{}' },
  )
  const mailbox = createMailbox(
    { state, sequence: 1, isTakenUp },
    {
      journal,
      clock: { now: clock.now, at: (at, due) => clock.at(at - early.splice(0, 1).length * earlyMs, due) },
      failpoints: noFailpoints,
      apply: change => void changes.push(change),
      onGone: at => void gone.push(at),
      onIgnored: () => {},
      onFailed: error => void failures.push(error),
    },
  )
  /** Another control writes this call's next entry. */
  const writeBehindItsBack = (input: CallInput, next: CallState) =>
    journal.append({
      call: 'call-1',
      sequence: journal.entries.length + 1,
      at: noon,
      input,
      state: next,
      writes: [],
    })
  return { mailbox, journal, clock, changes, failures, gone, writeBehindItsBack }
}

it('says and does nothing before the entry stands in the journal', async () => {
  const { mailbox, journal, changes } = await mailboxIn(states.offered)
  const release = journal.hold()
  const told = mailbox.tell(accepted)
  await settled()
  expect([changes, mailbox.state]).toEqual([[], states.offered])
  release()
  expect(await told).toBe('taken')
  expect(changes).toMatchObject([{ before: { type: 'offered' }, after: { type: 'connected' } }])
  expect(journal.entries.at(-1)).toMatchObject({ sequence: 2, state: { type: 'connected' } })
})

it('takes one input at a time, in the order in which they came', async () => {
  const { mailbox, journal } = await mailboxIn(states.offered)
  const release = journal.hold()
  const told = [accepted, inputs.hold, inputs['leg ended']].map(input => mailbox.tell(input))
  release()
  expect(await Promise.all(told)).toEqual(['taken', 'taken', 'taken'])
  expect(journal.entries.map(e => e.state.type)).toEqual(['offered', 'connected', 'held', 'wrapping'])
  expect(journal.entries.map(e => e.sequence)).toEqual([1, 2, 3, 4])
})

it('of 500 who accept at once, one is taken', async () => {
  const { mailbox } = await mailboxIn({
    ...states.offered,
    offers: Array.from({ length: 500 }, (_, i) => ({ operator: `op-${i}`, ringsUntil: noon + 30_000 })),
  })
  const told = await Promise.all(
    Array.from({ length: 500 }, (_, i) => mailbox.tell({ ...accepted, operator: `op-${i}` })),
  )
  expect(told.filter(t => t === 'taken')).toHaveLength(1)
  expect(told.filter(t => t === 'ignored')).toHaveLength(499)
})

it('does not journal what a state does not expect', async () => {
  const { mailbox, journal } = await mailboxIn(states.queued)
  expect(await mailbox.tell(inputs.hold)).toBe('ignored')
  expect(journal.entries).toHaveLength(1)
})

it('stops to ring for an operator whose claim was refused; the call stays with the others', async () => {
  const { mailbox, journal } = await mailboxIn(states.offered)
  journal.refused.add('ann')
  expect(await mailbox.tell(accepted)).toBe('claim refused')
  await settled()
  expect(mailbox.state).toMatchObject({ type: 'offered', offers: [{ operator: 'bob' }] })
  journal.refused.add('bob')
  expect(await mailbox.tell({ ...accepted, operator: 'bob' })).toBe('claim refused')
  await settled()
  expect(mailbox.state.type).toBe('queued')
})

it('reads the call again when somebody else wrote its next entry, and does what followed from it', async () => {
  const { mailbox, changes, writeBehindItsBack } = await mailboxIn(states.offered)
  await writeBehindItsBack(accepted, states.connected)
  expect(await mailbox.tell({ ...accepted, operator: 'bob' })).toBe('ignored')
  expect(mailbox.state).toEqual(states.connected)
  expect(changes).toMatchObject([
    { before: { type: 'offered' }, after: { type: 'connected' }, input: accepted },
  ])
  expect(await mailbox.tell(inputs.hold)).toBe('taken')
})

it('keeps what it knows when the journal lost entries, and goes on behind the last one', async () => {
  const { mailbox, journal } = await mailboxIn(states.offered)
  await mailbox.tell(accepted)
  journal.entries.pop()
  expect(await mailbox.tell(inputs.hold)).toBe('taken')
  expect(journal.entries.at(-1)).toMatchObject({ sequence: 2, state: { type: 'held' } })
})

it('is told that a call is gone when nothing of it is left', async () => {
  const { mailbox, journal, clock, gone } = await mailboxIn(states.queued)
  journal.entries.length = 0
  expect(await mailbox.tell(inputs['offers made'])).toBe('gone')
  expect([gone, clock.running()]).toEqual([[states.queued], 0])
})

it('sets a timer again that fired a moment early', async () => {
  const { mailbox, clock } = await mailboxIn(states.flow, 1)
  await clock.advance(29_999)
  expect(mailbox.state.type).toBe('flow')
  await clock.advance(1)
  expect(mailbox.state.type).toBe('queued')
})

it('has the timers of its state and no others, and none when it is closed', async () => {
  const { mailbox, clock } = await mailboxIn(states.offered)
  expect(clock.running()).toBe(1)
  await mailbox.tell(accepted)
  expect(clock.running()).toBe(0)
  await mailbox.tell(inputs['operator away'])
  expect(clock.running()).toBe(1)
  mailbox.close()
  expect(clock.running()).toBe(0)
})

it('tries a timer and the end of a call again when the database refused them', async () => {
  for (const input of [{ type: 'timer', name: 'deadline' }, inputs['leg ended']] as const) {
    const { mailbox, journal, clock, failures } = await mailboxIn(states.leaving)
    journal.failWith(new Error('refused'))
    await clock.advance(input.type === 'timer' ? 15_000 : 0)
    if (input.type !== 'timer') expect(await mailbox.tell(input)).toBe('failed')
    expect(failures).toHaveLength(1)
    journal.failWith(undefined)
    await clock.advance(1_000)
    expect(mailbox.state.type).toBe('ended')
  }
})

it('goes on after an input that failed', async () => {
  const { mailbox, journal } = await mailboxIn(states.offered)
  journal.failWith(new Error('refused'))
  expect(await mailbox.tell(accepted)).toBe('failed')
  journal.failWith(undefined)
  expect(await mailbox.tell(accepted)).toBe('taken')
})

it('counts a recovered call as one of which nothing was said yet', async () => {
  const { mailbox, changes } = await mailboxIn(states.connected)
  await mailbox.tell(inputs.recovered)
  expect(changes).toMatchObject([{ before: undefined, after: { type: 'connected' } }])
})

describe('a call of a former control', () => {
  const before = states.queued
  const takenUp = () => mailboxIn(before, 0, true)
  const typesOf = (changes: Change[]) => changes.map(({ input }) => input.type)

  it('is told first what of it is alive, then in order what was said meanwhile', async () => {
    const { mailbox, changes } = await takenUp()
    const early = [mailbox.tell(inputs['media lost']), mailbox.tell(inputs['media up'])]
    await settled()
    expect(changes).toEqual([])
    expect(await mailbox.tell({ ...inputs.recovered, ringing: [] })).toBe('taken')
    expect(await Promise.all(early)).toEqual(['taken', 'taken'])
    expect(typesOf(changes)).toEqual(['recovered', 'media lost', 'media up'])
    expect(mailbox.state.facts.media.state).toBe('up')
  })

  it('keeps the audio that came up after the worker was asked what it holds', async () => {
    const { mailbox } = await takenUp()
    const up = mailbox.tell(inputs['media up'])
    await mailbox.tell({ ...inputs.recovered, media: null, ringing: [] })
    await up
    expect(mailbox.state.facts.media.state).toBe('up')
  })

  it('ends when everything does, before it was taken up', async () => {
    const { mailbox, changes } = await takenUp()
    const early = mailbox.tell(inputs['media lost'])
    expect(await mailbox.tell(inputs.stopped)).toBe('taken')
    expect(await early).toBe('ignored')
    expect(typesOf(changes)).toEqual(['stopped'])
  })
})
