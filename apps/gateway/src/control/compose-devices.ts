import { randomUUID } from 'node:crypto'
import {
  createContactsRepository,
  createDevicePasswords,
  createDevices,
  createDevicesRepository,
  type Devices,
  newPassword,
  newUsername,
  realmOf,
  serverOf,
} from '../carriers/devices/index.ts'
import type { Config } from '../config/index.ts'
import { ContactBook, createDigestCrypto, type DeskNeeds } from '../legs/sip/index.ts'
import { systemClock } from '../legs/stream/index.ts'
import type { Logger } from '../logging/index.ts'
import type { Metrics } from '../operations/index.ts'
import type { Ground } from './open-ground.ts'
import { isUnserved } from './unserved.ts'

const purpose = 'device-password'

/** What SIP signalling needs of desk phones. */
export function composeDesk(order: {
  config: Config
  ground: Ground
  metrics: Metrics
  log: Logger
}): DeskNeeds {
  const { config, ground, metrics, log } = order
  const { engine } = ground.database
  const crypto = createDigestCrypto()
  const realm = realmOf(config)
  const contacts = new ContactBook({
    clock: systemClock,
    store: createContactsRepository(engine),
    onFailed(error) {
      if (isUnserved(error)) return
      metrics.failures.inc({ what: 'contacts' })
      log.error({ err: error }, 'expired contacts could not be removed')
    },
  })
  const devices = createDevicePasswords({
    sql: engine,
    realm,
    crypto,
    seal: ({ row, text }) => ground.privacy.seal({ purpose, row, text }),
    open: ({ row, sealed }) => ground.privacy.open({ purpose, row, sealed }),
  })
  metrics.gauge(
    'desk_phone_contacts',
    'Registered contacts of desk phones by transport',
    ['transport'],
    gauge => {
      gauge.reset()
      for (const { flow } of contacts.all()) gauge.inc({ transport: flow.transport })
    },
  )
  return { realm, hashes: config.sipDigest, devices, contacts, crypto }
}

/** Desk phones as members see them and change them. */
export function composeDevices(order: { config: Config; ground: Ground; contacts: ContactBook }): Devices {
  const { config, ground, contacts } = order
  return createDevices({
    repository: createDevicesRepository(ground.database),
    newId: () => `device_${randomUUID()}`,
    newUsername,
    newPassword,
    seal: ({ row, text }) => ground.privacy.seal({ purpose, row, text }),
    namesOf: organization => ground.accounts.namesOf(organization),
    contactsOf: device => contacts.ofDevice(device),
    removed: device => contacts.forget(device),
    server: () => serverOf({ ...config, ...config.sipTransports }),
  })
}
