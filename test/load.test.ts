import { setTimeout as wait } from 'node:timers/promises'
import { createSipPhone, type SipCall, type SipPhone, TestOperator } from '@ringdown/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { acceptAny } from './harness/accept-any.ts'
import { callerNumber } from './harness/callers.ts'
import { startGateway, type TestGateway } from './harness/gateway.ts'
import { eventually, isMusic } from './harness/heard.ts'
import { markedVoice, readMarks } from './harness/marked-voice.ts'
import { mediaPortsBound } from './harness/media-ports.ts'

const talks = 60
const waiters = 20
const holdMs = 60_000
/** Operators' voices are numbered apart from the callers'. */
const operatorVoices = 1000

let gateway: TestGateway
let phone: SipPhone
const operators: TestOperator[] = []
const talking: SipCall[] = []
const waiting: SipCall[] = []
/** While everybody talked; ms of `performance.now()`. */
const held = { from: 0, until: 0 }

type Received = { at: number; payloadType: number; payload: Uint8Array }

const marksOf = (received: readonly Received[]) =>
  readMarks(
    received.filter(p => p.at > held.from && p.at < held.until && p.payloadType === 0).map(p => p.payload),
  )

function call(caller: number, says?: Uint8Array): Promise<SipCall> {
  const from = callerNumber(caller)
  return phone.call(says ? { to: '+15550100', from, says, loop: true } : { to: '+15550100', from })
}

async function signIn(index: number): Promise<void> {
  const email = `operator${index === 0 ? '' : index + 1}@demo.test`
  const operator = await TestOperator.signIn({ url: gateway.url, email, password: 'ringdown-demo' })
  operators[index] = operator
  operator.says(markedVoice(operatorVoices + index), { loop: true })
  await operator.goAvailable()
}

/** A few at a time: hashing sixty passwords at once is not what is tested here. */
async function signInAll(): Promise<void> {
  const rest = Array.from({ length: talks }, (_, index) => index)
  const lane = async () => {
    for (let index = rest.shift(); index !== undefined; index = rest.shift()) await signIn(index)
  }
  await Promise.all([lane(), lane(), lane(), lane()])
}

beforeAll(async () => {
  gateway = await startGateway({ env: { RINGDOWN_DEMO_OPERATORS: String(talks - 2) } })
  await gateway.sql(
    'update queues.queues set greeting = null, ring_s = 300, wait_limit_s = 900, wrap_up_s = 1',
  )
  phone = await createSipPhone({ server: { host: '127.0.0.1', port: gateway.sipPort } })
  await signInAll()
  const accepted = operators.map(acceptAny)
  talking.push(...(await Promise.all(Array.from({ length: talks }, (_, i) => call(i, markedVoice(i))))))
  await Promise.all(accepted)
  waiting.push(...(await Promise.all(Array.from({ length: waiters }, (_, i) => call(talks + i)))))
  await Promise.all(waiting.map(one => one.answered))
  held.from = performance.now()
  await wait(holdMs)
  held.until = performance.now()
}, 300_000)

afterAll(async () => {
  for (const operator of operators) operator?.close()
  await phone?.close()
  await gateway?.close()
})

test('sixty calls at once are answered by sixty operators, and none is dropped in a minute', () => {
  expect([...talking, ...waiting].filter(one => one.isOver)).toHaveLength(0)
  expect(operators.map(one => one.view.active?.state)).toEqual(operators.map(() => 'connected'))
  expect(new Set(operators.map(one => one.view.active?.call)).size).toBe(talks)
})

test('each of them hears one other, who hears them, every frame as it was said', () => {
  const heardByOperators = operators.map(one => marksOf(one.stream.received))
  const heardByCallers = talking.map(one => marksOf(one.stream.received))
  for (const [index, heard] of heardByOperators.entries()) {
    expect([...heard.voices]).toHaveLength(1)
    const [caller = -1] = heard.voices
    expect([...(heardByCallers[caller]?.voices ?? [])], 'whom this caller hears').toEqual([
      operatorVoices + index,
    ])
  }
  for (const heard of [...heardByOperators, ...heardByCallers]) {
    expect(heard.foreign, 'frames that nobody said').toBe(0)
    expect(heard.frames, 'frames that were heard').toBeGreaterThan(0)
    expect(heard.gaps / heard.frames, 'share of frames that are missing').toBeLessThan(0.02)
  }
})

test('twenty more callers wait meanwhile, and hear music', () => {
  for (const one of waiting) expect(isMusicThroughout(one.heard(held.until - 20_000).samples)).toBe(true)
})

/** Music waits where the machine stands still: two of ten pieces may be spoiled by that, each of the others has its own place. */
function isMusicThroughout(heard: Int16Array): boolean {
  if (isMusic(heard)) return true
  const length = Math.floor(heard.length / 10)
  const pieces = Array.from({ length: 10 }, (_, i) => heard.subarray(i * length, (i + 1) * length))
  return pieces.filter(isMusic).length >= 8
}

test('when all have hung up, every call has one record, and nothing and nobody is left in a call', async () => {
  await Promise.all(waiting.map(one => one.hangUp()))
  await Promise.all(operators.slice(0, talks / 2).map(one => one.hangUp()))
  await Promise.all(talking.map(one => one.hangUp()))
  await eventually('everybody is free', async () => {
    const rows = await gateway.sql('select 1 from queues.operators where status not in ($1, $2)', [
      'available',
      'offline',
    ])
    return rows.length === 0
  })
  const records = await gateway.sql<{ reason: string; count: number; calls: number }>(
    'select reason, count(*)::int, count(distinct call)::int as calls from calls.records group by reason order by reason',
  )
  expect(records).toEqual([
    { reason: 'abandoned', count: waiters, calls: waiters },
    { reason: 'hung-up-by-caller', count: talks / 2, calls: talks / 2 },
    { reason: 'hung-up-by-operator', count: talks / 2, calls: talks / 2 },
  ])
  expect(await gateway.sql(`select 1 from calls.calls where status <> 'ended'`)).toHaveLength(0)
  expect(await gateway.sql('select 1 from queues.operators where call is not null')).toHaveLength(0)
  await eventually('only the port of all browsers is left', () => mediaPortsBound(gateway).length === 1)
})
