import { setTimeout as wait } from 'node:timers/promises'
import { createSipPhone, type SipPhone, type TestOperator } from '@ringdown/testkit'
import { startGateway, type TestGateway } from '../../test/harness/gateway.ts'
import { type Crowd, startCrowd } from './crowd-process.ts'
import { cpuMs, memoryKb } from './process-cost.ts'
import { memoryOf } from './set-ups-memory.ts'
import { DelayLog } from './stamped-voice.ts'
import { connectPair, isTalking, signInOperator, type TalkingPair } from './talking-pair.ts'

export type GatewayFigures = {
  /** Processor time per second of one call, ms. */
  cpuMsPerCallSecond: PerProcess
  delays: readonly number[]
  /** See `TalkingPair`; while all other calls stand. */
  ringMs: readonly number[]
  acceptMs: readonly number[]
  memoryKbPerCall: PerProcess
  /** Of it what is left after a forced collection. */
  memoryInUseKbPerCall: PerProcess
}

type PerProcess = { worker: number; control: number }
type Order = { calls: number; probes: number; seconds: number; say: (line: string) => void }
type Probes = { phone: SipPhone; operators: TestOperator[] }

const settleMs = 5_000
const trials = 40
const ringsFor = 500

/** A real gateway with so many calls between SIP telephones and operators (full ICE, DTLS, SRTP), all at once. */
export async function measureGateway(order: Order): Promise<GatewayFigures> {
  const furtherOperators = String(Math.max(1, order.calls - 2))
  const gateway = await startGateway({ env: { RINGDOWN_DEMO_OPERATORS: furtherOperators } })
  const operators: TestOperator[] = []
  const phone = await createSipPhone({ server: { host: '127.0.0.1', port: gateway.sipPort } })
  let crowd: Crowd | undefined
  try {
    await gateway.sql('update queues.queues set greeting = null, wrap_up_s = 0')
    for (let i = 0; i < order.probes; i++) operators.push(await signInOperator(gateway.url, i))
    const empty = perProcess(gateway, memoryKb)
    const emptyInUse = await inUse(gateway)
    order.say(`Connecting ${order.calls} calls …`)
    const { url, sipPort } = gateway
    const count = order.calls - order.probes
    crowd = await startCrowd({ type: 'gateway', url, sipPort, first: order.probes, count })
    const figures = await measureProbes({ ...order, gateway, probes: { phone, operators }, empty })
    const talking = await crowd.talking()
    if (talking < count) throw new Error(`${count - talking} of ${count} calls were dropped`)
    return { ...figures, memoryInUseKbPerCall: perCall(emptyInUse, await inUse(gateway), order.calls) }
  } finally {
    crowd?.close()
    await phone.close()
    for (const operator of operators) operator.close()
    await gateway.close()
  }
}

async function measureProbes(
  order: Omit<Order, 'probes'> & { gateway: TestGateway; probes: Probes; empty: PerProcess },
): Promise<Omit<GatewayFigures, 'memoryInUseKbPerCall'>> {
  const { gateway, calls, seconds, empty, say } = order
  say(`Ringing and accepting ${trials} times …`)
  const tried = await tryOften(order.probes)
  const pairs: TalkingPair[] = []
  for (const operator of order.probes.operators)
    pairs.push(await connectPair({ phone: order.probes.phone, operator, index: pairs.length }))
  await wait(settleMs)
  const memory = perCall(empty, perProcess(gateway, memoryKb), calls)
  say(`Measuring ${seconds} s of talk …`)
  const log = new DelayLog()
  for (const pair of pairs) for (const { stream } of [pair.operator, pair.call]) log.listen(stream)
  const before = perProcess(gateway, cpuMs)
  await log.collect(seconds)
  const cpu = perCall(before, perProcess(gateway, cpuMs), calls * seconds)
  if (!pairs.every(isTalking)) throw new Error('a measured call was dropped')
  return { cpuMsPerCallSecond: cpu, delays: log.delays, memoryKbPerCall: memory, ...tried }
}

/** One call after the other to the same operator, who hangs up as soon as both were heard. */
async function tryOften({ phone, operators }: Probes): Promise<Pick<GatewayFigures, 'ringMs' | 'acceptMs'>> {
  const operator = operators[0]!
  const pairs: TalkingPair[] = []
  for (let trial = 0; trial < trials; trial++) {
    const pair = await connectPair({ phone, operator, index: 0, ringsFor })
    pairs.push(pair)
    await operator.hangUp()
    await pair.call.ended
    await operator.until(view => view.active === null, 'the end of the call')
  }
  return { ringMs: pairs.map(pair => pair.ringMs), acceptMs: pairs.map(pair => pair.acceptMs) }
}

const perProcess = (gateway: TestGateway, measure: (pid: number) => number): PerProcess => ({
  worker: measure(gateway.pid('worker 0')),
  control: measure(gateway.pid('control')),
})

/** One after the other: they share the port of the inspector. */
async function inUse(gateway: TestGateway): Promise<PerProcess> {
  const worker = await memoryOf(gateway.pid('worker 0'))
  const control = await memoryOf(gateway.pid('control'))
  return { worker: worker.inUse, control: control.inUse }
}

const perCall = (before: PerProcess, after: PerProcess, calls: number): PerProcess => ({
  worker: (after.worker - before.worker) / calls,
  control: (after.control - before.control) / calls,
})
