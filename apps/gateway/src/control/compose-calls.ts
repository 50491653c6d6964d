import {
  createCalls,
  createJournal,
  createJournalRepository,
  noFailpoints,
  openSpool,
  systemClock,
} from '../calls/index.ts'
import { createTrunkDirectory } from '../carriers/trunk/index.ts'
import { createAccountKeys, createTwilioDirectory, createTwilioRest } from '../carriers/twilio/index.ts'
import type { Config } from '../config/index.ts'
import type { CallsPort, LegDriver, LegKind } from '../legs/leg.port.ts'
import { type Ban, createLocator, createSipDriver, systemResolver } from '../legs/sip/index.ts'
import { createStreamDriver, systemClock as streamClock } from '../legs/stream/index.ts'
import type { Logger } from '../logging/index.ts'
import type { MediaPort } from '../media/index.ts'
import { createFileFailpoints, type Metrics } from '../operations/index.ts'
import { RawNumber } from '../privacy/index.ts'
import { createQueuesRepository } from '../queues/index.ts'
import { composeCallerIdentity } from './compose-caller-identity.ts'
import { composeDesk } from './compose-devices.ts'
import { composeOutgoing } from './compose-outgoing.ts'
import { composeTrunkLinks } from './compose-trunk-links.ts'
import { legSeal } from './leg-seal.ts'
import { createAddressFor, publicIpsOf } from './local-address.ts'
import type { Ground } from './open-ground.ts'
import { tellBan } from './tell-ban.ts'
import { isAway, isBusy, isUnserved } from './unserved.ts'

/** Withheld, as carriers and telephones write it; the vault makes a caller of its own of each. */
const withheld = 'anonymous'

/** The call engine with its legs: SIP trunks and carrier streams, all reporting to the same runner. */
export function composeCalls(order: {
  config: Config
  env: NodeJS.ProcessEnv
  ground: Ground
  media: MediaPort
  metrics: Metrics
  log: Logger
}) {
  const { config, env, ground, media, metrics, log } = order
  const { engine } = ground.database
  const drivers = new Map<LegKind, LegDriver>()
  const journal = createJournal({
    repository: createJournalRepository({ sql: engine, seal: legSeal(ground), node: ground.node }),
    spool: openSpool(ground.spoolPath, lines => {
      metrics.failures.inc({ what: 'recovery' })
      log.error({ lines, kept: `${ground.spoolPath}.damaged` }, 'lines of the spool hold no entry')
    }),
    isAway,
    isBusy,
    onSpooling: spooling =>
      log.warn(
        spooling
          ? 'the database is away: entries go to the local file'
          : 'spooled entries are in the database',
      ),
    onLost: lost => log.error(lost, 'a spooled entry could not be brought in'),
  })
  const calls = createCalls({
    journal,
    media,
    drivers,
    clock: systemClock,
    failpoints:
      config.demo && env.RINGDOWN_FAILPOINT ? createFileFailpoints(env.RINGDOWN_FAILPOINT) : noFailpoints,
    queueTerms: queue => createQueuesRepository(engine).terms(queue),
    isAway: isUnserved,
    observer: {
      ignored: (state, input) => metrics.inputsIgnored.inc({ state, input }),
      failed: (what, call, error) => {
        metrics.failures.inc({ what: what.split(' ')[0] ?? 'unknown' })
        log.error({ what, call, err: error }, 'a part of a call failed')
      },
    },
  })
  const registrarOf = (address: string): string | undefined => links.registrarOf(address)
  const directory = createTrunkDirectory(
    engine,
    Date.now,
    trunk => {
      metrics.failures.inc({ what: 'trunk settings' })
      log.error({ trunk }, 'the settings of a trunk cannot be read: it takes no calls')
    },
    registrarOf,
  )
  const desk = composeDesk(order)
  const sip = createSipDriver({ ...sipNeeds(order, calls), ...directory, desk, isAway: isUnserved })
  metrics.gauge('sip_sources_banned', 'Sources of SIP that are not heard now', [], gauge =>
    gauge.set(sip.bans()),
  )
  const locator = createLocator({ resolver: systemResolver(), clock: streamClock })
  const links = composeTrunkLinks({ ...order, sip, locator })
  const twilio = composeTwilio(order, calls)
  drivers.set('sip', sip)
  drivers.set('stream', twilio.driver)
  return { calls, journal, sip, twilio, directory, links, locator, contacts: desk.contacts }
}

function sipNeeds(
  order: { config: Config; ground: Ground; media: MediaPort; metrics: Metrics; log: Logger },
  calls: CallsPort,
) {
  const { config, ground, media, metrics, log } = order
  return {
    ...composeOutgoing({ ground, seal: legSeal(ground) }),
    calls,
    media,
    clock: streamClock,
    storeCaller: ({ organization, number }: { organization: string; number: string | undefined }) =>
      ground.privacy.storeCaller({ organization, number: new RawNumber(number ?? withheld) }),
    ...composeCallerIdentity(order),
    addressFor: createAddressFor({ publicIps: publicIpsOf(config), host: config.sip.host }),
    counter: { count: (what: string) => metrics.sip.inc({ what }) },
    onBan: (ban: Ban) => tellBan(log, ban),
  }
}

function composeTwilio(
  order: { config: Config; ground: Ground; media: MediaPort; metrics: Metrics },
  calls: CallsPort,
) {
  const { config, ground, media, metrics } = order
  const directory = createTwilioDirectory(ground.database.engine)
  const counter = { count: (what: string) => metrics.twilio.inc({ what }) }
  const keys = createAccountKeys({
    directory: directory.accounts,
    openToken: account =>
      ground.privacy.open({ purpose: 'carrier-token', row: account.id, sealed: account.sealedToken }),
    clock: streamClock,
  })
  const carrier = createTwilioRest({ apiBase: config.twilioApiBase, keys, clock: streamClock, counter })
  const { driver, legs } = createStreamDriver({ calls, media, carrier, clock: streamClock, counter })
  const routes = {
    numbers: directory.numbers,
    vault: {
      storeCaller: ({ organization, number }: { organization: string; number: string | null }) =>
        ground.privacy.storeCaller({ organization, number: new RawNumber(number ?? withheld) }),
    },
    calls,
    legs,
    counter,
    keys,
    referenceOf: (worker: number) => media.referenceOf(worker),
  }
  return { driver, routes, keys, counter }
}
