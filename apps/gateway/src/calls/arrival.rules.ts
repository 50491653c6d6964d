import type { Arrival } from '../legs/leg.port.ts'
import type { Arriving, CallFacts, QueueTerms } from './call.state.ts'
import { limits } from './limits.rules.ts'

/** The state that a call begins with. `worker`: where its audio is to be; undefined while none is up. */
export function firstState(
  arrival: Arrival,
  queue: QueueTerms,
  made: { call: string; now: number; worker: number | undefined },
): Arriving {
  const { call, now, worker } = made
  const facts: CallFacts = {
    call,
    organization: arrival.organization,
    direction: 'in',
    number: arrival.number,
    caller: arrival.caller,
    identity: arrival.identity,
    queue,
    leg: { id: arrival.leg.leg, kind: arrival.leg.kind },
    media: {
      state: worker === undefined ? 'lost' : 'opening',
      worker: worker ?? 0,
      endpoint: `caller:${call}`,
      port: null,
      since: now,
    },
    arrivedAt: now,
    answeredAt: null,
  }
  return { type: 'arriving', facts, deadline: now + limits.arriveMs }
}
