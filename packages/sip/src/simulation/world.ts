import type { CallEvent } from '../session/events.ts'
import { LossyNetwork, type Weather } from './lossy-network.ts'
import { seededRandom } from './random.ts'
import { Scheduler } from './scheduler.ts'
import { createUserAgent, type UserAgent } from './user-agent.ts'

export type Behaviour = (ua: UserAgent, key: string, event: CallEvent) => void

export interface World {
  readonly scheduler: Scheduler
  readonly random: () => number
  readonly network: LossyNetwork
  readonly caller: UserAgent
  readonly callee: UserAgent
}

/** Two user agents and the bad network between them; everything follows from the seed. */
export function createWorld(options: {
  readonly seed: number
  readonly weather: Weather
  readonly caller: Behaviour
  readonly callee: Behaviour
}): World {
  const scheduler = new Scheduler()
  const random = seededRandom(options.seed)
  const network = new LossyNetwork({ scheduler, weather: options.weather, random })
  const common = { network, scheduler, random, sessionInterval: 300 }
  return {
    scheduler,
    random,
    network,
    caller: createUserAgent({ ...common, address: '192.0.2.1', onEvent: options.caller }),
    callee: createUserAgent({ ...common, address: '192.0.2.2', onEvent: options.callee }),
  }
}

/** The caller dials the callee `calls` times, every 50 ms; keys are `call-0` and so on, at both ends. */
export function dialAll({ scheduler, caller }: World, calls: number, dialled?: (key: string) => void): void {
  for (let n = 0; n < calls; n++) {
    scheduler.after(n * 50, () => {
      const order = {
        target: 'sip:someone@192.0.2.2',
        from: 'sip:me@192.0.2.1',
        to: 'sip:someone@192.0.2.2',
        callId: `call-${n}`,
        localTag: `from${n}`,
        offer: 'offered',
      }
      caller.agent.dial(`call-${n}`, order, caller.profile)
      dialled?.(`call-${n}`)
    })
  }
}
