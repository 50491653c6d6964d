import type { Calls } from '../calls/index.ts'
import { createDial, createOutboundRepository, type OutgoingTrunks } from '../outbound/index.ts'
import { RawNumber } from '../privacy/index.ts'
import { type Ground, isUnserved } from './compose-calls.ts'

/** What operators do to call somebody. */
export function composeOutbound(order: { ground: Ground; calls: Calls; isSpooling: () => boolean }) {
  const { ground, calls } = order
  return createDial({
    calls,
    trunks: noTrunks,
    repository: createOutboundRepository(ground.database.engine),
    storeCallee: ({ organization, number }) =>
      ground.privacy.storeCaller({ organization, number: new RawNumber(number) }),
    isDatabaseAway: () => order.isSpooling() || ground.database.isAway(),
    isAway: isUnserved,
  })
}

/** No trunk calls out before its legs do. */
const noTrunks: OutgoingTrunks = {
  of: async () => [],
  prepare: async () => ({ ok: false, code: 'trunk.unknown' }),
  discard: () => {},
}
