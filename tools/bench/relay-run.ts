import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { type Crowd, startCrowd } from './crowd-process.ts'
import { cpuMs } from './process-cost.ts'
import { openRelayEnd, type RelayEnd } from './relay-ends.ts'
import { DelayLog } from './stamped-voice.ts'

export type RelayFigures = { cpuMsPerCallSecond: number; delays: readonly number[] }

const settleMs = 3_000

/** The same packets through a process that only passes them on. `probes`: how many of the calls are measured. */
export async function measureRelay(order: {
  calls: number
  probes: number
  seconds: number
}): Promise<RelayFigures> {
  const { calls, probes, seconds } = order
  const relay = fork(join(import.meta.dirname, 'relay.ts'), [String(calls)])
  const ends: RelayEnd[] = []
  let crowd: Crowd | undefined
  try {
    const [ports] = (await once(relay, 'message')) as [[number, number][]]
    crowd = await startCrowd({ type: 'relay', ports: ports.slice(probes).flat() })
    const log = new DelayLog()
    for (const [voice, port] of ports.slice(0, probes).flat().entries())
      ends.push(await openRelayEnd({ port, voice, log }))
    await wait(settleMs)
    const before = cpuMs(relay.pid!)
    await log.collect(seconds)
    const spent = cpuMs(relay.pid!) - before
    return { cpuMsPerCallSecond: spent / seconds / calls, delays: log.delays }
  } finally {
    for (const end of ends) end.close()
    crowd?.close()
    relay.disconnect()
  }
}
