import { setTimeout as wait } from 'node:timers/promises'
import { createSipPhone, type SipCall, type SipPhone, TestOperator } from '@ringdown/testkit'
import { startGateway, type TestGateway } from '../../test/harness/gateway.ts'
import { cpuMs, memoryKb } from './process-cost.ts'
import { DelayLog, stamp } from './stamped-voice.ts'

export type GatewayFigures = {
  /** Processor time per second of one call, ms. */
  cpuMsPerCallSecond: { worker: number; control: number }
  delays: readonly number[]
  /** From the INVITE until the operator's page knows, ms. */
  ringMs: readonly number[]
  /** From the operator's accept until both have heard the first packet of the other, ms. */
  acceptMs: readonly number[]
  memoryKbPerCall: { worker: number; control: number }
}

type Pair = { operator: TestOperator; call: SipCall; ringMs: number; acceptMs: number }

const password = 'ringdown-demo'
const settleMs = 5_000
const parallelSignIns = 4

/** A real gateway with so many calls between SIP telephones and operators (full ICE, DTLS, SRTP), all at once. */
export async function measureGateway(order: {
  calls: number
  seconds: number
  say: (line: string) => void
}): Promise<GatewayFigures> {
  const { calls, seconds, say } = order
  const gateway = await startGateway({ env: { RINGDOWN_DEMO_OPERATORS: String(Math.max(1, calls - 2)) } })
  const operators: TestOperator[] = []
  let phone: SipPhone | undefined
  try {
    await gateway.sql('update queues.queues set greeting = null, wrap_up_s = 0')
    phone = await createSipPhone({ server: { host: '127.0.0.1', port: gateway.sipPort } })
    say(`Signing in ${calls} operators …`)
    await signInAll({ gateway, calls, operators })
    const log = new DelayLog()
    const pids = { worker: gateway.pid('worker 0'), control: gateway.pid('control') }
    const empty = { worker: memoryKb(pids.worker), control: memoryKb(pids.control) }
    say(`Connecting ${calls} calls …`)
    const pairs: Pair[] = []
    for (const operator of operators) pairs.push(await connect({ phone, operator, index: pairs.length, log }))
    await wait(settleMs)
    const full = { worker: memoryKb(pids.worker), control: memoryKb(pids.control) }
    say(`Measuring ${seconds} s of talk …`)
    const before = { worker: cpuMs(pids.worker), control: cpuMs(pids.control) }
    log.isOpen = true
    await wait(seconds * 1000)
    log.isOpen = false
    const spent = (name: 'worker' | 'control') => (cpuMs(pids[name]) - before[name]) / seconds / calls
    requireAll(pairs)
    return {
      cpuMsPerCallSecond: { worker: spent('worker'), control: spent('control') },
      delays: log.delays,
      ringMs: pairs.map(pair => pair.ringMs),
      acceptMs: pairs.map(pair => pair.acceptMs),
      memoryKbPerCall: {
        worker: (full.worker - empty.worker) / calls,
        control: (full.control - empty.control) / calls,
      },
    }
  } finally {
    await phone?.close()
    for (const operator of operators) operator.close()
    await gateway.close()
  }
}

async function signInAll(order: {
  gateway: TestGateway
  calls: number
  operators: TestOperator[]
}): Promise<void> {
  const rest = Array.from({ length: order.calls }, (_, index) => index)
  const lane = async () => {
    for (let index = rest.shift(); index !== undefined; index = rest.shift()) {
      const email = `operator${index === 0 ? '' : index + 1}@demo.test`
      order.operators[index] = await TestOperator.signIn({ url: order.gateway.url, email, password })
    }
  }
  await Promise.all(Array.from({ length: parallelSignIns }, lane))
}

/** One operator after the other goes available and gets the next call: so each knows whom they talk with. */
async function connect(order: {
  phone: SipPhone
  operator: TestOperator
  index: number
  log: DelayLog
}): Promise<Pair> {
  const { phone, operator, index, log } = order
  await operator.goAvailable()
  const both = [new DelayLog(), new DelayLog()] as const
  stamp(operator.stream, index)
  both[0].listen(operator.stream)
  const dialledAt = performance.now()
  const call = await phone.call({ to: '+15550100', from: `+15550177${String(index).padStart(3, '0')}` })
  stamp(call.stream, index)
  both[1].listen(call.stream)
  await operator.until(view => view.offer !== null, 'an offer')
  const ringMs = performance.now() - dialledAt
  const acceptedAt = performance.now()
  await operator.accept()
  const firsts = await Promise.all(both.map(one => one.first))
  log.listen(operator.stream)
  log.listen(call.stream)
  return { operator, call, ringMs, acceptMs: Math.max(...firsts) - acceptedAt }
}

function requireAll(pairs: readonly Pair[]): void {
  const lost = pairs.filter(
    ({ call, operator }) => call.isOver || operator.view.active?.state !== 'connected',
  )
  if (lost.length > 0) throw new Error(`${lost.length} of ${pairs.length} calls were dropped`)
}
