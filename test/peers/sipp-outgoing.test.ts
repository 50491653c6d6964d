import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { TestOperator } from '@ringdown/testkit'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type Administrator, signInAdministrator } from '../harness/administrator.ts'
import { callerNumber } from '../harness/callers.ts'
import { freePort } from '../harness/free-port.ts'
import { startGateway, type TestGateway } from '../harness/gateway.ts'
import { eventually } from '../harness/heard.ts'
import type { RunningProgram } from '../harness/program.ts'
import { expectSuccess, startSippFarEnd } from './sipp-run.ts'

// An administrator dials, SIPp is called. What is tested is signalling, and what becomes of the call, not audio.
let gateway: TestGateway
let administrator: Administrator
let operator: TestOperator
let folder: string
const programs: RunningProgram[] = []

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ringdown-sipp-outgoing-'))
  gateway = await startGateway()
  await gateway.sql('update queues.queues set wrap_up_s = 0')
  administrator = await signInAdministrator(gateway)
  operator = await TestOperator.signIn({
    url: gateway.url,
    email: 'admin@demo.test',
    password: 'ringdown-demo',
  })
  await operator.goAvailable()
})

afterEach(() => operator.untilFree())

afterAll(async () => {
  operator?.close()
  for (const program of programs) await program.stop()
  await gateway?.close()
  rmSync(folder, { recursive: true, force: true })
})

type Transport = 'udp' | 'tcp'

/** SIPp waits, at the only host of a new trunk. */
async function farEnd(scenario: string, transport: Transport) {
  const port = await freePort()
  const program = await startSippFarEnd({ scenario, transport, port, folder })
  programs.push(program)
  const { id } = await administrator.addTrunk({
    name: `${scenario} over ${transport}`,
    hosts: [{ host: '127.0.0.1', port, transport }],
    credentials: { username: 'account', realm: null },
    password: 'correct horse',
  })
  return { program, trunk: id }
}

async function dial(trunk: string): Promise<string> {
  const call = await operator.command({ type: 'dial', number: callerNumber(700), trunk })
  if (call === undefined) throw new Error('no call was made')
  return call
}

async function expectRecord(call: string, ending: { result: string; reason: string }): Promise<void> {
  const record = () =>
    gateway.sql('select direction, result, reason from calls.records where call = $1', [call])
  await eventually(`a record of ${ending.reason}`, async () => (await record()).length > 0)
  expect(await record()).toEqual([{ direction: 'outbound', ...ending }])
}

const succeeds = (scenario: string, program: RunningProgram) =>
  expectSuccess(program).catch((error: Error) => {
    const logs = readdirSync(folder).filter(name => name.startsWith(scenario))
    const said = logs.map(name => readFileSync(join(folder, name), 'utf8').slice(0, 3000))
    throw new Error([error.message, ...said].join('\n'))
  })

const byOperator = { result: 'completed', reason: 'hung-up-by-operator' }
const byFarEnd = { result: 'completed', reason: 'hung-up-by-caller' }

const talks = () => operator.until(view => view.active?.state === 'connected', 'the answer')
const rings = () => operator.until(view => view.active?.progress === 'ringing', 'the far end that rings')

describe.each(['udp', 'tcp'] as const)('SIPp over %s', transport => {
  test.each([
    ['rings and answers', 'out-basic'],
    ['asks for credentials, and checks them (RFC 3261 §22.2)', 'out-authenticated'],
    ['is heard before it answers, reliably (RFC 3262)', 'out-prack'],
  ])('%s, and is hung up', async (_, scenario) => {
    const { program, trunk } = await farEnd(scenario, transport)
    const call = await dial(trunk)
    await talks()
    await operator.hangUp()
    await succeeds(scenario, program)
    await expectRecord(call, byOperator)
  })

  test.each([
    ['is heard before it answers (RFC 3960)', 'out-early-media'],
    ['holds and resumes with re-INVITE (RFC 3264 §8.4)', 'out-hold'],
    ['refreshes its session with UPDATE and re-INVITE (RFC 4028)', 'out-refresh'],
    ['wants to transfer us, which we decline (RFC 3515 §2.4.2)', 'out-refer'],
  ])('%s, and hangs up', async (_, scenario) => {
    const { program, trunk } = await farEnd(scenario, transport)
    const call = await dial(trunk)
    await succeeds(scenario, program)
    await expectRecord(call, byFarEnd)
  })

  test('is busy', async () => {
    const { program, trunk } = await farEnd('out-busy', transport)
    const call = await dial(trunk)
    await succeeds('out-busy', program)
    await expectRecord(call, { result: 'caller', reason: 'busy' })
  })

  test.each([
    ['is given up while it rings: CANCEL (RFC 3261 §9.1)', 'out-cancel'],
    ['answers across our CANCEL: ACK and BYE (RFC 3261 §9.1)', 'out-late-answer'],
  ])('%s', async (_, scenario) => {
    const { program, trunk } = await farEnd(scenario, transport)
    const call = await dial(trunk)
    await rings()
    await operator.hangUp()
    await succeeds(scenario, program)
    await expectRecord(call, { result: 'operator', reason: 'canceled' })
  })
})

test('no leg is left, and nothing was said of whom we called', async () => {
  await eventually('no leg is left', async () => (await gateway.sql('select 1 from calls.legs')).length === 0)
  expect(gateway.log()).not.toContain(callerNumber(700).slice(1))
})
