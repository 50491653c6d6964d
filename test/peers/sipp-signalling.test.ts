import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { freePort } from '../harness/free-port.ts'
import { startGateway, type TestGateway } from '../harness/gateway.ts'
import { eventually } from '../harness/heard.ts'
import type { RunningProgram } from '../harness/program.ts'
import { expectSuccess, type SippOrder, startSipp } from './sipp-run.ts'

// No operator is there: every call is answered at once, told so, and waits. What is tested is signalling, not audio.
let gateway: TestGateway
let folder: string
const programs: RunningProgram[] = []

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ringdown-sipp-signalling-'))
  gateway = await startGateway()
})

afterAll(async () => {
  for (const program of programs) await program.stop()
  await gateway?.close()
  rmSync(folder, { recursive: true, force: true })
})

type Order = Pick<SippOrder, 'scenario' | 'caller' | 'calls'> & { transport?: 'udp' | 'tcp' }

async function succeeds({ transport = 'udp', ...order }: Order): Promise<void> {
  const audioPort = await freePort()
  const program = startSipp({ ...order, transport, sipPort: gateway.sipPort, audioPort, folder })
  programs.push(program)
  await expectSuccess(program).catch((error: Error) => {
    const logs = readdirSync(folder).filter(name => name.startsWith(`${order.scenario}-${transport}`))
    const said = logs.map(name => readFileSync(join(folder, name), 'utf8').slice(0, 3000))
    throw new Error([error.message, ...said].join('\n'))
  })
}

const noneIsLeft = () =>
  eventually('no call is left open', async () => {
    const open = await gateway.sql(`select 1 from calls.calls where status <> 'ended'`)
    return open.length === 0
  })

const scenarios = [
  ['holds and resumes with re-INVITE, in every spelling (RFC 3264 §8.4)', 'hold', 110],
  ['refreshes its target, holds and resumes with UPDATE (RFC 3311)', 'update', 111],
  ['agrees on a session timer and refreshes it (RFC 4028 §9)', 'session-refresh', 112],
  ['presses keys with INFO', 'info', 113],
  ['is told what we do not know (RFC 3261 §8.2)', 'refusals', 114],
  ['demands reliable provisional responses, and gets none (RFC 3262 §3)', 'reliable', 116],
  ['sends CANCEL across the answer (RFC 3261 §9.1)', 'cancel-crosses', 115],
] as const

describe.each(['udp', 'tcp'] as const)('SIPp over %s', transport => {
  test.each(scenarios)('%s', async (_, scenario, caller) => {
    await succeeds({ scenario, transport, caller })
    await noneIsLeft()
  })
})

const perSecond = 20
const total = perSecond * 60

describe.concurrent('side by side, within a minute, SIPp', () => {
  test(`makes ${perSecond} calls per second without one failure`, () =>
    succeeds({ scenario: 'short-call', caller: 120, calls: { perSecond, total } }))

  test('is hung up on when it never acknowledges its answer (RFC 3261 §13.3.1.4)', () =>
    succeeds({ scenario: 'missing-ack', caller: 121 }))

  test('is hung up on when it lets its session expire (RFC 4028 §10)', () =>
    succeeds({ scenario: 'session-expires', caller: 122 }))

  test('is asked for a refresh of its session by us, where it leaves that to us (RFC 4028 §10)', () =>
    succeeds({ scenario: 'session-refreshed', caller: 123 }))
})

test('each of these calls has one record, with its true ending', async () => {
  await noneIsLeft()
  const records = await gateway.sql<{ result: string; reason: string; calls: number }>(
    `select result, reason, count(distinct call)::int as calls from calls.records
      where reason <> 'abandoned' group by result, reason order by reason`,
  )
  expect(records).toEqual([
    { result: 'upstream', reason: 'no-ack', calls: 1 },
    { result: 'upstream', reason: 'peer-unreachable', calls: 1 },
  ])
  const [abandoned] = await gateway.sql<{ records: number; calls: number }>(
    `select count(*)::int as records, count(distinct call)::int as calls from calls.records
      where reason = 'abandoned' and answered_at is null`,
  )
  expect(abandoned?.calls).toBe(abandoned?.records)
  expect(abandoned?.calls).toBeGreaterThanOrEqual(total)
})
