import { expect, it } from 'vitest'
import { limits } from '../calls/limits.rules.ts'
import { createTestClock, type TestClock } from '../calls/testing/create-test-clock.ts'
import {
  arriveAndWait,
  createTestEngine,
  createTestQueue,
  type TestEngine,
} from '../calls/testing/create-test-engine.ts'
import { createTestGround, patience } from '../calls/testing/create-test-ground.ts'
import { createDispatch, type OperatorsRepository } from './index.ts'

const ground = createTestGround()

type Bench = {
  engine: TestEngine
  clock: TestClock
  halt(is: boolean): void
  kick(): Promise<void>
  arrive(): Promise<string>
  ringing(call: string): string[]
}

/** An organization of its own for each test. `over`: what one of the repository's statements does instead. */
async function bench(
  organization: string,
  operators: string[],
  over: (real: OperatorsRepository) => Partial<OperatorsRepository> = () => ({}),
): Promise<Bench> {
  await createTestQueue(ground, { organization, operators })
  const clock = createTestClock(Date.now())
  const engine = createTestEngine({ sql: ground.sql, spoolFolder: await ground.folder(organization), clock })
  let halted = false
  const dispatch = createDispatch({
    calls: engine.calls,
    operators: { ...engine.operators, ...over(engine.operators) },
    clock,
    isHalted: () => halted,
    onFailed: error => engine.failures.push(error),
  })
  return {
    engine,
    clock,
    halt(is) {
      halted = is
    },
    kick: () => dispatch.kick(organization),
    async arrive() {
      const call = await arriveAndWait(engine, organization)
      // The next caller is later by the clock too.
      await clock.advance(10)
      return call
    },
    ringing(call) {
      const state = engine.calls.get(call)
      return state?.type === 'offered' ? state.offers.map(o => o.operator).sort() : []
    },
  }
}

it('rings every available operator with a warm line for the caller who came first', async () => {
  const { engine, kick, arrive, ringing } = await bench('ring-all', ['r-ann', 'r-bob', 'r-cold', 'r-off'])
  await engine.operators.setLine('ring-all', 'r-cold', false)
  await engine.operators.want('ring-all', 'r-off', 'offline')
  const [first, second] = [await arrive(), await arrive()]
  await kick()
  expect([ringing(first), ringing(second)]).toEqual([['r-ann', 'r-bob'], []])
})

it('tells those who wait their places, and whether anyone is there', async () => {
  const { engine, kick, arrive } = await bench('places', ['p-ann'])
  const calls = [await arrive(), await arrive(), await arrive()]
  await kick()
  const places = () =>
    calls.map(call => {
      const state = engine.calls.get(call)
      return state && 'announcement' in state ? [state.announcement.position, state.announcement.staffed] : []
    })
  expect(places()).toEqual([
    [1, true],
    [2, true],
    [3, true],
  ])
  await engine.calls.tell(calls[0]!, { type: 'declined', operator: 'p-ann' })
  await engine.operators.want('places', 'p-ann', 'on-break')
  await kick()
  expect(places().map(p => p[1])).toEqual([false, false, false])
})

it('does not ask whom declined again for that call before their time is over, but offers them the next', async () => {
  const { engine, clock, kick, arrive, ringing } = await bench('declined', ['d-ann', 'd-bob'])
  const [first, second] = [await arrive(), await arrive()]
  await kick()
  await engine.calls.tell(first, { type: 'declined', operator: 'd-ann' })
  await kick()
  expect([ringing(first), ringing(second)]).toEqual([['d-bob'], ['d-ann']])
  await engine.calls.tell(second, { type: 'offer withdrawn', operator: 'd-ann' })
  await engine.calls.tell(second, { type: 'stopped' })
  await kick()
  expect(ringing(first)).toEqual(['d-bob'])
  await clock.advance(limits.passMs)
  await kick()
  expect(ringing(first)).toEqual(['d-ann', 'd-bob'])
})

it('gives the next caller whoever is left when the first is answered', async () => {
  const { engine, kick, arrive, ringing } = await bench('left', ['l-ann', 'l-bob'])
  const [first, second] = [await arrive(), await arrive()]
  await kick()
  const line = { worker: 0, endpoint: 'line:l-ann:1' }
  expect(await engine.calls.tell(first, { type: 'accepted', operator: 'l-ann', line })).toBe('taken')
  await kick()
  expect([engine.calls.get(first)?.type, ringing(second)]).toEqual(['connected', ['l-bob']])
})

it('offers the call to the next after 30 s without answer', async () => {
  const { clock, kick, arrive, ringing } = await bench('silent', ['s-ann'])
  const [first, second] = [await arrive(), await arrive()]
  await kick()
  await clock.advance(30_000)
  await expect.poll(() => ringing(first), patience).toEqual([])
  await kick()
  expect([ringing(first), ringing(second)]).toEqual([[], ['s-ann']])
})

it('makes no offers while halted, and makes them afterwards', async () => {
  const { halt, kick, arrive, ringing } = await bench('halted', ['h-ann'])
  const call = await arrive()
  halt(true)
  await kick()
  expect([ringing(call), await ground.operatorRow('h-ann')]).toEqual([
    [],
    { status: 'available', call: null },
  ])
  halt(false)
  await kick()
  expect(ringing(call)).toEqual(['h-ann'])
})

it('sees what changes during a round: a kick in between makes one more', async () => {
  let during = async () => {}
  const { engine, kick, arrive, ringing } = await bench('during', ['u-ann'], real => ({
    async list(organization) {
      const rows = await real.list(organization)
      const once = during
      during = async () => {}
      await once()
      return rows
    },
  }))
  await engine.operators.want('during', 'u-ann', 'on-break')
  const call = await arrive()
  let second: Promise<void> | undefined
  during = async () => {
    await engine.operators.want('during', 'u-ann', 'available')
    second = kick()
  }
  await kick()
  expect(ringing(call)).toEqual([])
  await second
  expect(ringing(call)).toEqual(['u-ann'])
})

it('answers each kick after one more round, however often it is kicked', async () => {
  let rounds = 0
  const { kick, arrive } = await bench('often', [], real => ({
    async list(organization) {
      rounds += 1
      return real.list(organization)
    },
  }))
  await arrive()
  rounds = 0
  await Promise.all(Array.from({ length: 50 }, () => kick()))
  expect(rounds).toBe(2)
})

it('gives an operator back when the call ended in the moment of the offer', async () => {
  let during = async () => {}
  const { engine, kick, arrive } = await bench('moment', ['m-ann'], real => ({
    async claim(order) {
      const claimed = await real.claim(order)
      await during()
      return claimed
    },
  }))
  const call = await arrive()
  during = async () => void (await engine.calls.tell(call, { type: 'stopped' }))
  await kick()
  expect(await ground.operatorRow('m-ann')).toEqual({ status: 'available', call: null })
})

it('tries again by itself after a failure', async () => {
  let failing = true
  const { engine, clock, kick, arrive, ringing } = await bench('failing', ['f-ann'], real => ({
    claim: order => (failing ? Promise.reject(new Error('deadlock')) : real.claim(order)),
  }))
  const call = await arrive()
  await kick()
  await kick()
  expect([ringing(call), engine.failures]).toEqual([[], [new Error('deadlock'), new Error('deadlock')]])
  failing = false
  await clock.advance(1_000)
  await expect.poll(() => ringing(call), patience).toEqual(['f-ann'])
})

it('keeps organizations apart', async () => {
  const here = await bench('here', ['here-ann'])
  const there = await bench('there', ['there-ann'])
  const call = await here.arrive()
  await there.kick()
  expect(here.ringing(call)).toEqual([])
  await here.kick()
  expect(here.ringing(call)).toEqual(['here-ann'])
  expect(await ground.operatorRow('there-ann')).toEqual({ status: 'available', call: null })
})

it('lets go of operators whose call is over or whose lease ran out, and keeps those of living calls', async () => {
  const { engine, kick, arrive } = await bench('lease', ['e-ann'])
  const call = await arrive()
  await kick()
  const line = { worker: 0, endpoint: 'line:e-ann:1' }
  await engine.calls.tell(call, { type: 'accepted', operator: 'e-ann', line })
  const expire = () =>
    ground.sql.query(
      `update queues.operators set lease_until = now() - interval '1 s' where operator = 'e-ann'`,
    )
  await expire()
  expect(await engine.operators.renewLeases([call])).toEqual([])
  expect(await ground.operatorRow('e-ann')).toEqual({ status: 'on-call', call })
  await expire()
  expect(await engine.operators.renewLeases([])).toEqual(['lease'])
  expect(await ground.operatorRow('e-ann')).toEqual({ status: 'available', call: null })
})

it('signs off whoever was available and has had no page for two minutes, and nobody else', async () => {
  const { engine } = await bench('absent', ['gone-ann', 'gone-bob', 'gone-new'])
  await ground.sql.query(
    `update queues.operators set line_warm = false,
       changed_at = now() - case when operator = 'gone-new' then interval '1 s' else interval '3 minutes' end
     where operator in ('gone-ann', 'gone-bob', 'gone-new')`,
  )
  expect(await engine.operators.signOffAbsent(['gone-bob'])).toEqual(['absent'])
  expect(await ground.operatorRow('gone-ann')).toEqual({ status: 'offline', call: null })
  expect(await ground.operatorRow('gone-bob')).toEqual({ status: 'available', call: null })
  expect(await ground.operatorRow('gone-new')).toEqual({ status: 'available', call: null })
})
