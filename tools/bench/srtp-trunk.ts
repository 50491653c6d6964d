import { setTimeout as wait } from 'node:timers/promises'
import type { SrtpSuite } from '@ringdown/media'
import { startGateway } from '../../test/harness/gateway.ts'
import { type Crowd, startCrowd } from './crowd-process.ts'
import { short, table } from './figures.ts'
import { cpuMs } from './process-cost.ts'

/** Processor time per second of one call, ms. */
type CpuPerCall = { worker: number; control: number }

const trunkSuite: SrtpSuite = 'AES_CM_128_HMAC_SHA1_80'

const settleMs = 5_000

/** The same calls as of the plain trunk, but all of them under SRTP: what they cost a gateway of their own. */
export async function measureSrtpTrunk(order: {
  calls: number
  seconds: number
  say: (line: string) => void
}): Promise<CpuPerCall> {
  const { calls, seconds, say } = order
  const gateway = await startGateway({ env: { RINGDOWN_DEMO_OPERATORS: String(Math.max(1, calls - 2)) } })
  let crowd: Crowd | undefined
  try {
    await gateway.sql('update queues.queues set greeting = null, wrap_up_s = 0')
    await gateway.sql('update carriers.trunks set settings = $1', ['{"encryption":"required"}'])
    say(`Connecting ${calls} calls under SRTP …`)
    const { url, sipPort } = gateway
    crowd = await startCrowd({ type: 'gateway', url, sipPort, first: 0, count: calls, srtp: trunkSuite })
    await wait(settleMs)
    say(`Measuring ${seconds} s of talk …`)
    const pids = { worker: gateway.pid('worker 0'), control: gateway.pid('control') }
    const before = { worker: cpuMs(pids.worker), control: cpuMs(pids.control) }
    await wait(seconds * 1000)
    const perCall = (which: keyof CpuPerCall) => (cpuMs(pids[which]) - before[which]) / calls / seconds
    const figures = { worker: perCall('worker'), control: perCall('control') }
    const talking = await crowd.talking()
    if (talking < calls) throw new Error(`${calls - talking} of ${calls} encrypted calls were dropped`)
    return figures
  } finally {
    crowd?.close()
    await gateway.close()
  }
}

export function reportSrtpTrunk(plain: CpuPerCall, srtp: CpuPerCall): string {
  const row = (name: string, of: (cpu: CpuPerCall) => number) => [
    name,
    ...[of(plain), of(srtp), of(srtp) / of(plain)].map(short),
  ]
  return table([
    ['CPU per call, ms per second', 'trunk of plain RTP', `of SRTP (${trunkSuite})`, 'ratio'],
    row('both processes', cpu => cpu.worker + cpu.control),
    row('  of it media worker', cpu => cpu.worker),
    row('  of it control', cpu => cpu.control),
  ])
}
