import { expect, it } from 'vitest'
import { DatabaseAwayError, DatabaseBusyError } from '../database/index.ts'
import type { AppendResult, Entry } from './journal.port.ts'
import { createJournal } from './journal.ts'
import type { Spool } from './spool.ts'
import { createTestInputs, createTestStates, noon } from './testing/create-test-states.ts'

type Answer = Exclude<AppendResult, 'spooled' | 'claim unknown'> | Error

const states = createTestStates()
const inputs = createTestInputs()
const away = new DatabaseAwayError('unknown', 'test')
const busy = new DatabaseBusyError()

const entry = (sequence: number, change: Partial<Entry> = {}): Entry => ({
  call: 'call-1',
  sequence,
  at: noon,
  input: inputs.hold,
  state: states.held,
  writes: [],
  ...change,
})

/** A spool in memory. */
function createTestSpool(): Spool {
  let entries: Entry[] = []
  return {
    add: one => void entries.push(one),
    entries: () => [...entries],
    clear() {
      entries = []
    },
    get isEmpty() {
      return entries.length === 0
    },
  }
}

/** `answers`: to each append in turn; 'written' when none is left. */
function journalOver(answers: Answer[] = []) {
  const appended: { entry: Entry; late: boolean }[] = []
  const settled: string[] = []
  const spooling: boolean[] = []
  const lost: unknown[] = []
  const spool = createTestSpool()
  const database = { isAway: false, last: 7 }
  const throwIfAway = () => {
    if (database.isAway) throw away
  }
  const journal = createJournal({
    repository: {
      async open(one) {
        throwIfAway()
        return { type: 'open', call: one.call }
      },
      async append(one, late) {
        throwIfAway()
        appended.push({ entry: one, late })
        const answer = answers.shift() ?? 'written'
        if (answer instanceof Error) throw answer
        return answer
      },
      openCalls: async () => ({ calls: [], unreadable: [] }),
      last: async () => ({ sequence: database.last, state: states.held, input: inputs.hold }),
      async settle(call) {
        throwIfAway()
        settled.push(call)
      },
    },
    spool,
    isAway: error => error instanceof DatabaseAwayError,
    isBusy: error => error instanceof DatabaseBusyError,
    onSpooling: is => void spooling.push(is),
    onLost: one => void lost.push(one),
  })
  return { journal, spool, database, appended, settled, spooling, lost }
}

it('spools while the database is away, and brings everything in later, marked late', async () => {
  const { journal, database, appended, spooling } = journalOver()
  database.isAway = true
  expect([await journal.append(entry(2)), await journal.append(entry(3))]).toEqual(['spooled', 'spooled'])
  expect([await journal.flush(), journal.isSpooling]).toEqual([false, true])
  database.isAway = false
  expect(await journal.append(entry(4))).toBe('spooled')
  expect([await journal.flush(), journal.isSpooling]).toEqual([true, false])
  expect(appended.map(a => [a.entry.sequence, a.late])).toEqual([
    [2, true],
    [3, true],
    [4, true],
  ])
  expect(spooling).toEqual([true, false])
  expect(await journal.append(entry(5))).toBe('written')
})

it('spools nothing while the database is only busy: the entry is written when there is a connection for it', async () => {
  const { journal, appended, spool, spooling } = journalOver([busy, busy])
  const claim = entry(2, { writes: [{ type: 'claim operator', operator: 'ann', at: noon }] })
  expect(await journal.append(claim)).toBe('written')
  expect(appended.map(a => [a.entry.sequence, a.late])).toEqual([
    [2, false],
    [2, false],
    [2, false],
  ])
  expect([spool.isEmpty, spooling]).toEqual([true, []])
})

it('spools an entry that waited for a busy database when the database is lost meanwhile', async () => {
  const { journal, spool } = journalOver([busy, away])
  expect(await journal.append(entry(2))).toBe('spooled')
  expect(spool.entries()).toHaveLength(1)
})

it('spools no claim: without the database nobody can say for whom an operator rings', async () => {
  const { journal, database, spool } = journalOver()
  database.isAway = true
  const claim = entry(2, { writes: [{ type: 'claim operator', operator: 'ann', at: noon }] })
  expect(await journal.append(claim)).toBe('claim unknown')
  expect(spool.isEmpty).toBe(true)
})

it('puts what was spooled behind an entry that was committed although it seemed not to be', async () => {
  const { journal, appended, database, lost } = journalOver([away, 'stale'])
  expect(await journal.append(entry(7))).toBe('spooled')
  database.last = 7
  expect(await journal.flush()).toBe(true)
  expect(appended.slice(1).map(a => a.entry.sequence)).toEqual([7, 8])
  expect(lost).toEqual([])
})

it('does not let one refused entry keep all others out', async () => {
  const { journal, appended, lost } = journalOver([away, new Error('refused')])
  await journal.append(entry(2))
  await journal.append(entry(3))
  expect(await journal.flush()).toBe(true)
  expect(appended.map(a => a.entry.sequence)).toEqual([2, 2, 3])
  expect(lost).toEqual([{ call: 'call-1', sequence: 2, result: 'refused' }])
})

it('brings in what is spooled while it is brought in', async () => {
  const { journal, appended, database } = journalOver()
  database.isAway = true
  await journal.append(entry(2))
  database.isAway = false
  const flushed = journal.flush()
  await journal.append(entry(3))
  expect(await flushed).toBe(true)
  expect(appended.map(a => a.entry.sequence)).toEqual([2, 3])
})

it('closes a call that may have been opened in the moment the database went away', async () => {
  const { journal, database, appended, settled } = journalOver()
  database.isAway = true
  const opening = entry(1, { input: inputs.arrived, state: states.arriving })
  await expect(journal.open(opening, { leg: 'l', call: 'call-1', kind: 'sip', data: '' })).rejects.toBe(away)
  database.isAway = false
  expect(await journal.flush()).toBe(true)
  expect(appended).toMatchObject([
    { entry: { sequence: 2, state: { type: 'ended', ending: { reason: 'internal-error' } } }, late: true },
  ])
  expect(settled).toEqual(['call-1'])
})

it('does not report a call as lost that was never opened', async () => {
  const { journal, database, lost } = journalOver(['gone'])
  database.isAway = true
  const opening = entry(1, { input: inputs.arrived, state: states.arriving })
  await journal.open(opening, { leg: 'l', call: 'call-1', kind: 'sip', data: '' }).catch(() => {})
  database.isAway = false
  await journal.flush()
  expect(lost).toEqual([])
})

it('settles later what ended while the database was away', async () => {
  const { journal, database, settled } = journalOver()
  database.isAway = true
  await journal.settle('call-1')
  await journal.append(entry(2))
  await journal.settle('call-2')
  expect(settled).toEqual([])
  database.isAway = false
  expect(await journal.flush()).toBe(true)
  expect(settled).toEqual(['call-1', 'call-2'])
})

it('takes no call up before what was spooled is brought in', async () => {
  const { journal, database, appended } = journalOver()
  database.isAway = true
  await journal.append(entry(2))
  await expect(journal.openCalls()).rejects.toThrow()
  database.isAway = false
  await journal.openCalls()
  expect(appended).toHaveLength(1)
})
