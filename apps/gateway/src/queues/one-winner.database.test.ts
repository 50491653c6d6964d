import { describe, expect, it } from 'vitest'
import { systemClock, type Told } from '../calls/index.ts'
import {
  arriveAndWait,
  createTestEngine,
  createTestQueue,
  outgoingOf,
  type TestEngine,
} from '../calls/testing/create-test-engine.ts'
import { createTestGround, patience } from '../calls/testing/create-test-ground.ts'
import { createDispatch } from './index.ts'
import { type Accept, createRacer } from './testing/create-race.ts'

const ground = createTestGround()

async function engineIn(name: string): Promise<TestEngine> {
  const spoolFolder = await ground.folder(name)
  return createTestEngine({ sql: ground.sql, spoolFolder })
}

const kick = (engine: TestEngine, organization: string) =>
  createDispatch({
    calls: engine.calls,
    operators: engine.operators,
    clock: systemClock,
    isHalted: () => false,
    onFailed: error => engine.failures.push(error),
  }).kick(organization)

const operatorsOf = (name: string, count: number) => Array.from({ length: count }, (_, i) => `${name}-${i}`)
const acceptOf = (operator: string) => ({
  type: 'accepted' as const,
  operator,
  line: { worker: 0, endpoint: `line:${operator}:1` },
})

/** How many operators of the organization are in each status, and for which calls. */
async function standing(organization: string) {
  const rows = await ground.sql.query<{ operator: string; status: string; call: string | null }>(
    'select operator, status, call from queues.operators where organization = $1',
    [organization],
  )
  const count = (status: string) => rows.filter(r => r.status === status).length
  return {
    rows,
    onCall: rows.filter(r => r.status === 'on-call'),
    available: count('available'),
    ringing: count('ringing'),
    others: rows.length - count('on-call') - count('available') - count('ringing'),
  }
}

async function storedState(call: string) {
  const rows = await ground.sql.query<{ state: { type: string; operator?: string } }>(
    'select state from calls.entries where call = $1 order by sequence desc limit 1',
    [call],
  )
  return rows[0]?.state
}

const taken = <T extends { told: Told }>(all: T[]) => all.filter(one => one.told === 'taken')

describe('500 operators who accept one call at once', () => {
  it('one wins and all others are free, in one process', async () => {
    const operators = operatorsOf('alone', 500)
    await createTestQueue(ground, { organization: 'alone', operators })
    const engine = await engineIn('alone')
    const call = await arriveAndWait(engine, 'alone')
    await kick(engine, 'alone')
    expect((await standing('alone')).ringing).toBe(500)
    const told = await Promise.all(
      operators.map(async operator => ({
        operator,
        told: await engine.calls.tell(call, acceptOf(operator)),
      })),
    )
    expect(taken(told)).toHaveLength(1)
    const after = await standing('alone')
    expect(after).toMatchObject({
      available: 499,
      ringing: 0,
      onCall: [{ call, operator: taken(told)[0]?.operator }],
    })
    expect(engine.failures).toEqual([])
  })

  it('one wins and all others are free, with two control processes on one database', async () => {
    const operators = operatorsOf('both', 500)
    await createTestQueue(ground, { organization: 'both', operators })
    const engine = await engineIn('both')
    const call = await arriveAndWait(engine, 'both')
    await kick(engine, 'both')
    const racers = await twoRacers('both')
    await Promise.all(racers.map(r => r.restore()))
    const half = (which: number): Accept[] =>
      operators.filter((_, i) => i % 2 === which).map(operator => ({ call, operator }))
    const answers = await Promise.all(racers.map((r, which) => r.accept(half(which))))
    await Promise.all(racers.map(r => r.end()))
    const winners = taken(answers.flatMap(a => a.told))
    expect(winners).toHaveLength(1)
    expect(await standing('both')).toMatchObject({
      available: 499,
      ringing: 0,
      onCall: [{ call, operator: winners[0]?.operator }],
    })
    expect(await storedState(call)).toMatchObject({ type: 'connected', operator: winners[0]?.operator })
    expect(answers.flatMap(a => a.failures)).toEqual([])
  })
})

describe('one operator and two calls', () => {
  it('rings for one of them only, however often both ask at once, with two control processes', async () => {
    const operators = operatorsOf('many', 40)
    await createTestQueue(ground, { organization: 'many', operators })
    const racers = await twoRacers('many')
    const engine = await engineIn('many')
    for (const racer of racers) {
      await arriveAndWait(engine, 'many')
      // Each racer takes up what is there: the first one call, the second both.
      await racer.restore()
    }
    await Promise.all(racers.map(r => r.offer('many')))
    const after = await standing('many')
    await Promise.all(racers.map(r => r.end()))
    expect(after).toMatchObject({ ringing: 40, available: 0 })
    const stored = await Promise.all(engine.calls.list().map(c => storedState(c.facts.call)))
    const offered = stored.flatMap(s => (s && 'offers' in s ? (s.offers as { operator: string }[]) : []))
    expect(offered.map(o => o.operator).sort()).toEqual([...operators].sort())
  })

  it('is won by one when both believe that it rings for them; the other caller waits on', async () => {
    await createTestQueue(ground, { organization: 'two', operators: ['two-ann'] })
    const engine = await engineIn('two')
    for (let round = 0; round < 20; round++) {
      const calls = [await arriveAndWait(engine, 'two'), await arriveAndWait(engine, 'two')]
      await kick(engine, 'two')
      for (const call of calls) await engine.calls.tell(call, { type: 'offers made', operators: ['two-ann'] })
      expect(calls.map(call => engine.calls.get(call)?.type)).toEqual(['offered', 'offered'])
      const told = await Promise.all(
        calls.map(async call => ({ call, told: await engine.calls.tell(call, acceptOf('two-ann')) })),
      )
      const winner = taken(told)
      const loser = told.find(t => t.told !== 'taken')!
      expect([winner.length, loser.told]).toEqual([1, 'claim refused'])
      expect(await standing('two')).toMatchObject({ onCall: [{ call: winner[0]?.call }] })
      // The refused call stops to ring for an operator who has another.
      await expect.poll(() => engine.calls.get(loser.call)?.type, patience).toBe('queued')
      for (const call of calls) await engine.calls.tell(call, { type: 'stopped' })
      await engine.calls.tell(winner[0]!.call, { type: 'stopped' })
      expect(await standing('two')).toMatchObject({ available: 1, ringing: 0, onCall: [] })
    }
    expect(engine.failures).toEqual([])
  })

  it('leaves the caller in the queue when every claim is refused', async () => {
    const operators = operatorsOf('none', 10)
    await createTestQueue(ground, { organization: 'none', operators })
    const engine = await engineIn('none')
    const call = await arriveAndWait(engine, 'none')
    await kick(engine, 'none')
    // Freed behind its back, or in a state from which nobody accepts.
    await ground.sql.query(
      `update queues.operators set status = 'available', call = null
       where organization = 'none' and operator <> 'none-0'`,
    )
    await ground.sql.query(`update queues.operators set status = 'wrap-up' where operator = 'none-0'`)
    const told = await Promise.all(operators.map(o => engine.calls.tell(call, acceptOf(o))))
    expect(new Set(told)).toEqual(new Set(['claim refused']))
    await expect.poll(() => engine.calls.get(call)?.type, patience).toBe('queued')
    expect(await standing('none')).toMatchObject({ available: 10, ringing: 0, onCall: [] })
    await kick(engine, 'none')
    expect(engine.calls.get(call)).toMatchObject({ type: 'offered', offers: { length: 10 } })
  })
})

describe('one operator who dials twice at once, or is rung meanwhile', () => {
  it('has one call, with two control processes on one database', async () => {
    const operators = operatorsOf('dial', 100)
    await createTestQueue(ground, { organization: 'dial', operators })
    const racers = await twoRacers('dial')
    const answers = await Promise.all(racers.map(r => r.dial('dial', [...operators, ...operators])))
    const after = await standing('dial')
    await Promise.all(racers.map(r => r.end()))
    const all = answers.flatMap(a => a.dialled)
    const won = all.flatMap(one => (one.ok ? [{ operator: one.operator, call: one.call }] : []))
    const lost = all.flatMap(one => (one.ok ? [] : [one.code]))
    expect(won.map(one => one.operator).sort()).toEqual([...operators].sort())
    expect([lost.length, new Set(lost)]).toEqual([300, new Set(['operator.busy'])])
    const onCall = after.onCall.map(({ operator, call }) => ({ operator, call }))
    expect(onCall).toHaveLength(100)
    expect(onCall).toEqual(expect.arrayContaining(won))
    expect(answers.flatMap(a => a.failures)).toEqual([])
  })

  it('has one call, where a caller who waits rings for them at the same moment', async () => {
    const operators = operatorsOf('rung', 50)
    await createTestQueue(ground, { organization: 'rung', operators })
    const engine = await engineIn('rung')
    const call = await arriveAndWait(engine, 'rung')
    const dials = operators.map(operator => engine.calls.dial(outgoingOf('rung', operator)))
    const [dialled] = await Promise.all([Promise.all(dials), kick(engine, 'rung')])
    const { rows, onCall, ringing } = await standing('rung')
    const state = engine.calls.get(call)
    const rung = state?.type === 'offered' ? state.offers.length : 0
    expect(onCall).toHaveLength(dialled.filter(one => one.ok).length)
    expect([ringing, onCall.length + ringing]).toEqual([rung, 50])
    expect(rows.filter(row => row.status === 'ringing').every(row => row.call === call)).toBe(true)
    await engine.calls.endAll()
    expect(await standing('rung')).toMatchObject({ available: 50 })
    expect(engine.failures).toEqual([])
  })
})

async function twoRacers(name: string) {
  return Promise.all(
    ['first', 'second'].map(async which => {
      const spoolFolder = await ground.folder(`${name} ${which}`)
      return createRacer({ urls: ground.server.urls, spoolFolder })
    }),
  )
}
