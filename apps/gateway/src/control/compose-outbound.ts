import { type Calls, limits } from '../calls/index.ts'
import { readCallingTrunks } from '../carriers/trunk/index.ts'
import { downLast, type TrunkLinks } from '../carriers/trunk-links/index.ts'
import { outgoingPlanOf, type SipDriver } from '../legs/sip/index.ts'
import { createDial, createOutboundRepository, type OutgoingTrunks } from '../outbound/index.ts'
import { RawNumber } from '../privacy/index.ts'
import type { Ground } from './open-ground.ts'
import { isUnserved } from './unserved.ts'

/** What operators do to call somebody. */
export function composeOutbound(order: {
  ground: Ground
  calls: Calls
  sip: Pick<SipDriver, 'outgoing'>
  links: Pick<TrunkLinks, 'stateOf'>
  isSpooling: () => boolean
}) {
  const { ground, calls } = order
  return createDial({
    calls,
    trunks: sipTrunks(order),
    repository: createOutboundRepository(ground.database.engine),
    storeCallee: ({ organization, number }) =>
      ground.privacy.storeCaller({ organization, number: new RawNumber(number) }),
    isDatabaseAway: () => order.isSpooling() || ground.database.isAway(),
    isAway: isUnserved,
  })
}

function sipTrunks({ ground, sip, links }: Parameters<typeof composeOutbound>[0]): OutgoingTrunks {
  const callingOf = (organization: string) => readCallingTrunks(ground.database.engine, organization)
  return {
    async of(organization) {
      const trunks = await callingOf(organization)
      return trunks.map(({ id, settings: { callerId, numbers } }) => ({
        id,
        callerId,
        callingCode: numbers.callingCode,
      }))
    },
    async prepare({ trunk: id, organization, to, from }) {
      const settings = (await callingOf(organization)).find(trunk => trunk.id === id)?.settings
      if (!settings) return { ok: false, code: 'trunk.unknown' }
      const hosts = downLast(settings.hosts, links.stateOf(id).hosts)
      const made = { trunk: id, number: to, callerId: from, ringLimitMs: limits.dialMs }
      const plan = outgoingPlanOf({ ...made, settings: { ...settings, hosts } })
      if (!plan) return { ok: false, code: 'trunk.unknown' }
      return sip.outgoing.prepare({ plan, trunk: { id, organization, settings } })
    },
    discard: leg => sip.outgoing.discard(leg),
  }
}
