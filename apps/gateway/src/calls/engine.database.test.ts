import { describe, expect, it } from 'vitest'
import { createDispatch } from '../queues/index.ts'
import { systemClock } from './clock.port.ts'
import {
  arrivalAt,
  arriveAndWait,
  createTestEngine,
  createTestQueue,
  outgoingOf,
  type TestEngine,
} from './testing/create-test-engine.ts'
import { createTestGround, patience } from './testing/create-test-ground.ts'

const ground = createTestGround()

const engineHere = async (): Promise<TestEngine> =>
  createTestEngine({ sql: ground.sql, spoolFolder: await ground.folder('here') })
const rowsOf = (table: string, call: string) =>
  ground.sql.query(`select * from calls.${table} where call = $1`, [call])

function dispatchOf(engine: TestEngine) {
  return createDispatch({
    calls: engine.calls,
    operators: engine.operators,
    clock: systemClock,
    isHalted: () => false,
    onFailed: error => engine.failures.push(error),
  })
}

describe('a call of ours in the real database', () => {
  const statuses = ['available', 'on-break', 'offline'] as const

  it.each(statuses)('takes an operator who is %s, and gives them back as they were', async status => {
    const ann = `out-${status}-ann`
    const organization = `out-${status}`
    await createTestQueue(ground, { organization, operators: [ann] })
    await ground.sql.query('update queues.operators set status = $2, wanted = $2 where operator = $1', [
      ann,
      status,
    ])
    const engine = await engineHere()
    const dialled = await engine.calls.dial(outgoingOf(organization, ann))
    if (!dialled.ok) throw new Error(dialled.code)
    const { call } = dialled
    expect(await ground.operatorRow(ann)).toEqual({ status: 'on-call', call })
    const { leg } = engine.calls.get(call)!.facts
    await engine.calls.report({ type: 'ended', leg: leg.id, call, cause: 'busy' })
    expect(await ground.operatorRow(ann)).toEqual({ status, call: null })
    expect(await rowsOf('records', call)).toMatchObject([
      { direction: 'outbound', result: 'caller', reason: 'busy', operator: ann, answered_at: null },
    ])
    expect(await rowsOf('participants', call)).toEqual([])
    await expect.poll(() => rowsOf('legs', call), patience).toEqual([])
  })

  it('takes an operator who has no row yet', async () => {
    await createTestQueue(ground, { organization: 'fresh', operators: [] })
    const engine = await engineHere()
    const dialled = await engine.calls.dial(outgoingOf('fresh', 'fresh-ann'))
    expect(await ground.operatorRow('fresh-ann')).toMatchObject({ status: 'on-call' })
    expect(dialled).toMatchObject({ ok: true })
    await engine.calls.endAll()
  })

  it('takes nobody who rings, talks or writes up, and leaves nothing behind', async () => {
    await createTestQueue(ground, { organization: 'held', operators: ['held-ann'] })
    const engine = await engineHere()
    const refused = { ok: false, code: 'operator.busy' }
    const dialAgain = () => engine.calls.dial(outgoingOf('held', 'held-ann'))
    const call = await arriveAndWait(engine, 'held')
    await dispatchOf(engine).kick('held')
    expect(await dialAgain()).toEqual(refused)
    const line = { worker: 0, endpoint: 'line:held-ann:1' }
    await engine.calls.tell(call, { type: 'accepted', operator: 'held-ann', line })
    expect(await dialAgain()).toEqual(refused)
    await engine.calls.tell(call, { type: 'operator hung up', operator: 'held-ann' })
    expect(await ground.operatorRow('held-ann')).toEqual({ status: 'wrap-up', call })
    expect(await dialAgain()).toEqual(refused)
    const left = await ground.sql.query(
      `select c.id from calls.calls c where organization = 'held' and direction = 'outbound'`,
    )
    expect(left).toEqual([])
    await engine.calls.endAll()
  })
})

describe('a call in the real database', () => {
  it('goes from arrival to its one record, with its participants, and frees its operator', async () => {
    await createTestQueue(ground, { organization: 'way', operators: ['way-ann'] })
    const engine = await engineHere()
    const call = await arriveAndWait(engine, 'way')
    await dispatchOf(engine).kick('way')
    expect(await ground.operatorRow('way-ann')).toEqual({ status: 'ringing', call })
    const line = { worker: 0, endpoint: 'line:way-ann:1' }
    expect(await engine.calls.tell(call, { type: 'accepted', operator: 'way-ann', line })).toBe('taken')
    expect(await ground.operatorRow('way-ann')).toEqual({ status: 'on-call', call })
    const { leg } = engine.calls.get(call)!.facts
    await engine.calls.report({ type: 'ended', leg: leg.id, call, cause: 'far end hung up' })
    expect(await ground.operatorRow('way-ann')).toEqual({ status: 'wrap-up', call })
    await engine.calls.tell(call, { type: 'wrapped up', operator: 'way-ann' })
    expect(await ground.operatorRow('way-ann')).toEqual({ status: 'available', call: null })
    expect(await rowsOf('records', call)).toMatchObject([
      { result: 'completed', reason: 'hung-up-by-caller', operator: 'way-ann' },
    ])
    expect(await rowsOf('participants', call)).toMatchObject([
      { role: 'caller', left_at: expect.any(Date) },
      { role: 'operator', left_at: expect.any(Date) },
    ])
    expect(engine.calls.list()).toEqual([])
    expect(engine.failures).toEqual([])
    await expect.poll(() => rowsOf('legs', call), patience).toEqual([])
  })

  it.each([
    ['known at its arrival', 'B', undefined, 'B'],
    ['found out later', 'checking', 'C', 'C'],
    ['not found out in time', 'checking', undefined, null],
    ['not asked for', null, undefined, null],
  ] as const)(
    'keeps with the record what is proved about the caller: %s',
    async (when, identity, found, kept) => {
      await createTestQueue(ground, { organization: when, operators: [] })
      const engine = await engineHere()
      engine.drivers.sip.holdIdentity()
      const arrived = await engine.calls.arrive({ ...arrivalAt(when), identity })
      if (!arrived.ok) throw new Error(arrived.code)
      if (found) await engine.calls.tell(arrived.call, { type: 'identified', identity: found })
      await engine.calls.endAll()
      expect(await rowsOf('records', arrived.call)).toMatchObject([{ identity: kept }])
    },
  )

  it('answers a carrier that reports the same leg twice with the same call', async () => {
    await createTestQueue(ground, { organization: 'twice', operators: [] })
    const engine = await engineHere()
    const arrival = arrivalAt('twice')
    const answers = await Promise.all([engine.calls.arrive(arrival), engine.calls.arrive(arrival)])
    expect(answers[0]).toEqual(answers[1])
    expect(engine.calls.list()).toHaveLength(1)
    await engine.calls.endAll()
  })
})
