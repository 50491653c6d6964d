import { randomInt } from 'node:crypto'
import type { TrunkSettings } from '@ringdown/contract'
import { newToken } from '../new-token.ts'
import { audioPolicyOf } from '../trunk-audio.ts'
import type { OutgoingPlan } from './outgoing.port.ts'
import { type OutgoingTerms, trunkPlanOf } from './trunk-plan.rules.ts'

/** A call over a trunk may be sent on by its hosts (RFC 3261 §8.1.3.4) this often. */
const redirects = 3

/**
 * A new call over a trunk, with keys and names of its own; undefined: the trunk has no host to call. `number` and `callerId`
 * in E.164 with their plus.
 */
export function outgoingPlanOf(order: {
  trunk: string
  settings: OutgoingTerms & Pick<TrunkSettings, 'codecs' | 'encryption'>
  number: string
  callerId: string
  ringLimitMs: number
}): OutgoingPlan | undefined {
  const { trunk, settings, number, callerId, ringLimitMs } = order
  const identity = trunkPlanOf({ terms: settings, number, callerId })
  return (
    identity && {
      version: 1,
      ...identity,
      audio: audioPolicyOf(settings),
      sessionId: String(randomInt(1, 2 ** 47)),
      callId: newToken(),
      localTag: newToken(),
      branch: newToken(),
      trunk,
      flow: null,
      ringLimitMs,
      redirects,
    }
  )
}
