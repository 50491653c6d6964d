import type { LegRecord } from '../legs/leg.port.ts'
import type { CallFacts, Dialing, OperatorLine, QueueTerms } from './call.state.ts'
import { limits } from './limits.rules.ts'

/** A call that an operator makes. Its leg is prepared already, and is called once its audio is up. */
export type Outgoing = {
  organization: string
  /** The number of ours that is shown. */
  number: string
  /** Whose wrap-up and other terms count. */
  queue: string
  /** Opaque reference into the vault of whom we call. */
  caller: string
  leg: Omit<LegRecord, 'call'>
  operator: string
  line: OperatorLine
}

/** The state that a call of ours begins with. Its audio is to be where the operator's line is. */
export function dialledState(
  outgoing: Outgoing,
  queue: QueueTerms,
  made: { call: string; now: number },
): Dialing {
  const { operator, line } = outgoing
  const { call, now } = made
  const facts: CallFacts = {
    call,
    organization: outgoing.organization,
    direction: 'out',
    number: outgoing.number,
    caller: outgoing.caller,
    identity: null,
    queue,
    leg: { id: outgoing.leg.leg, kind: outgoing.leg.kind },
    media: { state: 'opening', worker: line.worker, endpoint: `caller:${call}`, port: null, since: now },
    arrivedAt: now,
    answeredAt: null,
  }
  const deadline = now + limits.dialMs
  return { type: 'dialing', facts, operator, line, dialledAt: now, deadline, progress: 'calling' }
}
