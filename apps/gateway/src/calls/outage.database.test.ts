import { describe, expect, it } from 'vitest'
import { DatabaseAwayError, type Queries } from '../database/index.ts'
import type { Entry } from './journal.port.ts'
import { createTestClock, settled } from './testing/create-test-clock.ts'
import {
  arrivalAt,
  arriveAndWait,
  createTestEngine,
  createTestQueue,
  type TestEngine,
} from './testing/create-test-engine.ts'
import { createTestGround, patience } from './testing/create-test-ground.ts'
import { createTestMedia } from './testing/create-test-media.ts'
import { createTestInputs, createTestStates } from './testing/create-test-states.ts'

const ground = createTestGround()

const inputs = createTestInputs()
const lineOf = (operator: string) => ({ worker: 0, endpoint: `line:${operator}:1` })
const acceptOf = (operator: string) => ({ type: 'accepted' as const, operator, line: lineOf(operator) })

const rows = <Row extends object>(text: string, values: unknown[] = []) => ground.sql.query<Row>(text, values)
const entriesOf = (call: string) =>
  rows<{ sequence: number; late: boolean; type: string }>(
    `select sequence, late, state ->> 'type' as type from calls.entries where call = $1 order by sequence`,
    [call],
  )
const recordsOf = (call: string) => rows('select result, reason from calls.records where call = $1', [call])

type Bench = {
  engine: TestEngine
  sql: ReturnType<typeof createTestSql>
  spoolFolder: string
  operators: string[]
}

/** An organization of its own for each test, with two operators who are rung by `ring`. */
async function bench(organization: string): Promise<Bench> {
  const operators = [`${organization}-ann`, `${organization}-bob`]
  await createTestQueue(ground, { organization, operators })
  const spoolFolder = await ground.folder(organization)
  const sql = createTestSql()
  return { engine: createTestEngine({ sql, spoolFolder }), sql, spoolFolder, operators }
}

/** The real connections, and what can happen to an append on its way. */
function createTestSql() {
  let fate: 'normal' | 'committed, but not heard' | 'away' = 'normal'
  const sql: Queries = {
    async query(text, values) {
      const isWrite = text.includes('append_entry') || text.includes('open_call') || text.includes('settle')
      if (fate === 'away') throw new DatabaseAwayError('not run', 'test')
      const answer = await ground.sql.query(text, values)
      if (fate === 'committed, but not heard' && isWrite) throw new DatabaseAwayError('unknown', 'test')
      return answer as never
    },
  }
  return {
    ...sql,
    become(next: typeof fate) {
      fate = next
    },
  }
}

async function ring({ engine, operators }: Bench, call: string, organization: string) {
  const ringUntil = Date.now() + 30_000
  const claimed = await engine.operators.claim({ call, organization, except: [], ringUntil })
  expect(claimed.sort()).toEqual(operators)
  await engine.calls.tell(call, { type: 'offers made', operators: claimed })
}

describe('a database that is killed', () => {
  it('interrupts no talk: entries are spooled, brought in late, and the call has its one record', async () => {
    const here = await bench('killed')
    const { engine, operators } = here
    const [ann, bob] = operators as [string, string]
    const call = await arriveAndWait(engine, 'killed')
    const other = await arriveAndWait(engine, 'killed')
    await ring(here, call, 'killed')
    await engine.calls.tell(call, acceptOf(ann))
    await engine.operators.claim({
      call: other,
      organization: 'killed',
      except: [],
      ringUntil: Date.now() + 30_000,
    })
    await engine.calls.tell(other, { type: 'offers made', operators: [bob] })

    process.kill(ground.server.pid, 'SIGKILL')
    await expect.poll(() => ground.database.isAway(), patience).toBe(true)
    expect(await engine.calls.tell(call, { type: 'hold', operator: ann })).toBe('taken')
    expect(engine.journal.isSpooling).toBe(true)
    expect(await engine.calls.tell(other, acceptOf(bob))).toBe('claim refused')
    expect(engine.calls.get(other)).toMatchObject({ type: 'offered', offers: [{ operator: bob }] })
    expect(await engine.calls.arrive(arrivalAt('killed'))).toEqual({
      ok: false,
      code: 'gateway.database-away',
    })
    await engine.calls.tell(call, inputs['leg ended'])
    await engine.calls.tell(call, { type: 'wrapped up', operator: ann })
    expect(engine.calls.get(call)).toBeUndefined()
    expect(engine.drivers.sip.asked.filter(a => a.type === 'hang up')).toHaveLength(1)

    await ground.restartServer()
    await expect.poll(() => engine.journal.flush(), patience).toBe(true)
    expect((await entriesOf(call)).slice(-3)).toMatchObject([
      { type: 'held', late: true },
      { type: 'wrapping', late: true },
      { type: 'ended', late: true },
    ])
    expect(await recordsOf(call)).toEqual([{ result: 'completed', reason: 'hung-up-by-caller' }])
    expect(await ground.operatorRow(ann)).toEqual({ status: 'available', call: null })
    expect(await rows('select 1 from calls.legs where call = $1', [call])).toEqual([])
    expect(engine.lost).toEqual([])
    expect(await engine.calls.tell(other, acceptOf(bob))).toBe('taken')
    expect(await ground.operatorRow(bob)).toEqual({ status: 'on-call', call: other })
    await engine.calls.endAll()
    expect(await ground.operatorRow(bob)).toEqual({ status: 'available', call: null })
  })
})

describe('a commit of which nobody heard', () => {
  it('of a claim: the next input finds the call connected, and both ends joined', async () => {
    const here = await bench('unheard')
    const { engine, sql } = here
    const [ann] = here.operators as [string]
    const call = await arriveAndWait(engine, 'unheard')
    await ring(here, call, 'unheard')
    engine.media.open(0, { endpoint: lineOf(ann).endpoint, kind: 'webrtc', owner: ann })
    sql.become('committed, but not heard')
    expect(await engine.calls.tell(call, acceptOf(ann))).toBe('claim refused')
    expect(engine.calls.get(call)?.type).toBe('offered')
    sql.become('normal')
    expect(await engine.calls.tell(call, acceptOf(ann))).toBe('ignored')
    expect(engine.calls.get(call)).toMatchObject({ type: 'connected', operator: ann })
    expect(engine.media.heard(0).get(`caller:${call}`)).toMatchObject({ endpoint: lineOf(ann).endpoint })
    await engine.calls.endAll()
    expect(await recordsOf(call)).toHaveLength(1)
  })

  it('of a claim, and the caller hangs up before the database is back: one record, nobody stuck', async () => {
    const here = await bench('rebased')
    const { engine, sql, operators } = here
    const [ann] = operators as [string]
    const call = await arriveAndWait(engine, 'rebased')
    await ring(here, call, 'rebased')
    sql.become('committed, but not heard')
    await engine.calls.tell(call, acceptOf(ann))
    sql.become('away')
    await engine.calls.tell(call, inputs['leg ended'])
    expect(engine.calls.list()).toEqual([])
    sql.become('normal')
    expect(await engine.journal.flush()).toBe(true)
    expect((await entriesOf(call)).slice(-2)).toMatchObject([
      { type: 'connected' },
      { type: 'ended', late: true },
    ])
    expect(await recordsOf(call)).toEqual([{ result: 'caller', reason: 'abandoned' }])
    for (const operator of operators)
      expect(await ground.operatorRow(operator)).toEqual({ status: 'available', call: null })
    expect(
      await rows('select 1 from calls.participants where call = $1 and left_at is null', [call]),
    ).toEqual([])
    expect(engine.lost).toEqual([])
  })

  it('of an entry that is spooled as well: it is there once', async () => {
    const here = await bench('repeated')
    const { engine, sql } = here
    const call = await arriveAndWait(engine, 'repeated')
    sql.become('committed, but not heard')
    await engine.calls.tell(call, { type: 'place', position: 1, staffed: true })
    await engine.calls.tell(call, { type: 'place', position: 1, staffed: false })
    const before = await entriesOf(call)
    sql.become('normal')
    expect(await engine.journal.flush()).toBe(true)
    const after = await entriesOf(call)
    expect(after.length - before.length).toBe(1)
    expect(after.at(-1)).toMatchObject({ late: true })
    await engine.calls.endAll()
  })

  it('of an arrival: the caller is turned away, and the call is closed when the database is back', async () => {
    const { engine, sql } = await bench('arrival')
    sql.become('committed, but not heard')
    const arrival = arrivalAt('arrival')
    expect(await engine.calls.arrive(arrival)).toEqual({ ok: false, code: 'gateway.database-away' })
    sql.become('normal')
    expect(await engine.journal.flush()).toBe(true)
    const open = `select 1 from calls.calls where organization = 'arrival' and status <> 'ended'`
    expect(await rows(open)).toEqual([])
    expect(await rows(`select reason from calls.records where organization = 'arrival'`)).toEqual([
      { reason: 'internal-error' },
    ])
    expect(await engine.calls.arrive(arrival)).toMatchObject({ ok: true })
    await engine.calls.endAll()
  })
})

describe('one entry, said again', () => {
  it('is written once, however often and however late it is repeated, with its writes done once', async () => {
    const { engine } = await bench('again')
    const call = await arriveAndWait(engine, 'again')
    const sequence = (await entriesOf(call)).length
    const { facts } = engine.calls.get(call)!
    const at = Date.now()
    const entry = (over: Partial<Entry>): Entry => ({
      call,
      sequence: sequence + 1,
      at,
      input: inputs.stopped,
      state: { ...createTestStates(facts).ended, facts },
      writes: [
        {
          type: 'record',
          ending: { result: 'internal', reason: 'shutdown' },
          operator: null,
          answeredAt: null,
          at,
        },
      ],
      ...over,
    })
    const append = (over: Partial<Entry> = {}) => engine.repository.append(entry(over), true)
    expect([await append(), await append()]).toEqual(['written', 'written'])
    expect(await append({ sequence })).toBe('written')
    expect(await append({ at: at + 1 })).toBe('stale')
    expect(await append({ call: 'unknown' })).toBe('gone')
    expect([(await entriesOf(call)).length, (await recordsOf(call)).length]).toEqual([sequence + 1, 1])
  })
})

describe('the next control', () => {
  const restart = async (sql: Queries, spoolFolder: string, media = createTestMedia()) => {
    const clock = createTestClock(Date.now())
    const engine = createTestEngine({ sql, spoolFolder, media, clock })
    await (await engine.calls.restore())(media.snapshots())
    await settled()
    return engine
  }

  it('brings in what was spooled before it takes the calls up', async () => {
    const here = await bench('spooled')
    const call = await arriveAndWait(here.engine, 'spooled')
    here.sql.become('away')
    await here.engine.calls.tell(call, { type: 'place', position: 7, staffed: true })
    here.sql.become('normal')
    const next = await restart(here.sql, here.spoolFolder, here.engine.media)
    expect(next.calls.get(call)).toMatchObject({ type: 'queued', announcement: { position: 7 } })
    expect(next.journal.isSpooling).toBe(false)
    await next.calls.endAll()
  })

  it('rings on for operators whose offer reached the database and not the journal', async () => {
    const here = await bench('between')
    const call = await arriveAndWait(here.engine, 'between')
    const ringUntil = Date.now() + 30_000
    await here.engine.operators.claim({ call, organization: 'between', except: [], ringUntil })
    const next = await restart(here.sql, here.spoolFolder, here.engine.media)
    const state = next.calls.get(call)
    expect(state?.type === 'offered' && state.offers.map(o => o.operator).sort()).toEqual(here.operators)
    expect(await next.calls.tell(call, acceptOf(here.operators[0]!))).toBe('taken')
    await next.calls.endAll()
    for (const operator of here.operators)
      expect((await ground.operatorRow(operator))?.status).toBe('available')
  })

  it('tells the far end of a call that ended in the database only', async () => {
    const here = await bench('untold')
    const call = await arriveAndWait(here.engine, 'untold')
    here.engine.drivers.sip.failHangUps(true)
    await here.engine.calls.tell(call, inputs.stopped)
    const next = await restart(here.sql, here.spoolFolder)
    expect(next.drivers.sip.asked.filter(a => a.type === 'hang up')).toHaveLength(1)
    await expect.poll(() => rows('select 1 from calls.legs where call = $1', [call]), patience).toEqual([])
    const again = await restart(here.sql, here.spoolFolder)
    expect(again.drivers.sip.asked).toEqual([])
  })
})
