import { join } from 'node:path'
import {
  createBindingsFile,
  createHostPlaces,
  createTrunkLinks,
  readLinkedTrunks,
  type TrunkLinks,
} from '../carriers/trunk-links/index.ts'
import type { Config } from '../config/index.ts'
import { createDigestCrypto, type Locator, newToken, type SipDriver } from '../legs/sip/index.ts'
import { systemClock } from '../legs/stream/index.ts'
import type { Logger } from '../logging/index.ts'
import type { Metrics } from '../operations/index.ts'
import type { Ground } from './open-ground.ts'

/** Registrations at trunks' hosts and their health, in memory of this control. */
export function composeTrunkLinks(order: {
  config: Pick<Config, 'dataDir'>
  ground: Ground
  sip: Pick<SipDriver, 'request' | 'ownAddress'>
  /** The one that calls out use: what is found out here is known there. */
  locator: Locator
  metrics: Metrics
  log: Logger
}): TrunkLinks {
  const { config, ground, sip, locator, metrics, log } = order
  const links = createTrunkLinks({
    ...createHostPlaces(locator),
    request: sip.request,
    ownAddress: sip.ownAddress,
    clock: systemClock,
    random: Math.random,
    newToken,
    crypto: createDigestCrypto(),
    store: createBindingsFile(join(config.dataDir, 'registrations.json'), error => {
      metrics.failures.inc({ what: 'registrations' })
      log.error({ err: error }, 'where trunks are registered cannot be kept')
    }),
    trunks: () => readLinkedTrunks(ground.database.engine),
    openPassword: ({ row, sealed }) => ground.privacy.open({ purpose: 'trunk-password', row, sealed }),
    observer: {
      trouble(what, trunk, reason) {
        metrics.sip.inc({ what: `trunk ${what}` })
        log.warn({ trunk, what, reason }, 'a trunk is not well')
      },
      well: (what, trunk) => log.info({ trunk, what }, 'a trunk is well'),
    },
  })
  metrics.gauge('trunk_registrations', 'Registrations at trunks by state', ['state'], gauge => {
    gauge.reset()
    for (const { state } of links.all().registrations) gauge.inc({ state })
  })
  metrics.gauge('trunk_hosts', 'Hosts of trunks by health', ['state'], gauge => {
    gauge.reset()
    for (const { state } of links.all().hosts) gauge.inc({ state })
  })
  return links
}
