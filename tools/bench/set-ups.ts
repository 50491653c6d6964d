import { startGateway, type TestGateway } from '../../test/harness/gateway.ts'
import { cpuMs } from './process-cost.ts'
import { type Memory, memoryOf } from './set-ups-memory.ts'
import { type SetUps, startSetUps } from './set-ups-process.ts'

export type SetUpFigures = {
  /** Calls that were set up, answered, heard and hung up, per second. */
  perSecond: number
  failed: number
  /** Processor time of one such call, ms; other programs of the machine do not count into it. */
  cpuMs: { control: number; worker: number }
  /** From the INVITE until the caller hears the operator, ms; the time in the queue included. */
  voiceAfterMs: readonly number[]
  memory: readonly MemoryAfter[]
}
export type MemoryAfter = { calls: number; control: Memory; worker: Memory }

const operators = 6
/** Two more than can be answered: somebody always waits, and the rate is the gateway's. */
const callers = operators + 2
/** Processors, pages and compilers are warm after so many. */
const warmUpCalls = 100

type Order = {
  /** Calls after which memory is looked at, rising; the rate is that up to the first. */
  milestones: readonly number[]
  /** Milestones that are not reached within this time are left out. */
  seconds: number
  say: (line: string) => void
}

/** Short calls in succession, several at a time: INVITE, queue, answer, voice, BYE. */
export async function measureSetUps(order: Order): Promise<SetUpFigures> {
  const furtherOperators = String(Math.max(1, operators - 2))
  const gateway = await startGateway({ env: { RINGDOWN_DEMO_OPERATORS: furtherOperators } })
  let setUps: SetUps | undefined
  try {
    await gateway.sql('update queues.queues set greeting = null, wrap_up_s = 0')
    const { url, sipPort } = gateway
    setUps = await startSetUps({ url, sipPort, operators, callers })
    return await follow(setUps, { ...order, gateway })
  } finally {
    setUps?.close()
    await gateway.close()
  }
}

async function follow(setUps: SetUps, order: Order & { gateway: TestGateway }): Promise<SetUpFigures> {
  const { gateway, milestones, say } = order
  const deadline = Date.now() + order.seconds * 1000
  const warm = await setUps.until(warmUpCalls, deadline)
  const from = { at: performance.now(), cpu: cpuOf(gateway) }
  const [first = warmUpCalls, ...rest] = milestones
  const measured = await setUps.until(first, deadline)
  const calls = measured.done - warm.done
  const perSecond = (calls * 1000) / (performance.now() - from.at)
  const cpu = cpuOf(gateway)
  const perCall = {
    control: (cpu.control - from.cpu.control) / calls,
    worker: (cpu.worker - from.cpu.worker) / calls,
  }
  const memory = [await memoryAfter(measured.done, gateway)]
  let last = measured
  for (const milestone of rest) {
    last = await setUps.until(milestone, deadline)
    memory.push(await memoryAfter(last.done, gateway))
    say(`  ${last.done} calls`)
    if (Date.now() >= deadline) break
  }
  return { perSecond, cpuMs: perCall, failed: last.failed, voiceAfterMs: measured.voiceAfterMs, memory }
}

const cpuOf = (gateway: TestGateway) => ({
  control: cpuMs(gateway.pid('control')),
  worker: cpuMs(gateway.pid('worker 0')),
})

/** One process after the other: they share the inspector's port. */
async function memoryAfter(calls: number, gateway: TestGateway): Promise<MemoryAfter> {
  const control = await memoryOf(gateway.pid('control'))
  return { calls, control, worker: await memoryOf(gateway.pid('worker 0')) }
}
