import { type TrunkSettings, trunkSettings } from '@ringdown/contract'

/**
 * What a trunk is until somebody says otherwise, and so one of before there were settings: it takes G.711 and G.722 calls,
 * in the clear, from its addresses, as many as the gateway does.
 */
export const trunkDefaults: TrunkSettings = {
  name: 'Trunk',
  template: 'other',
  enabled: true,
  hosts: [],
  addresses: [],
  outboundProxy: null,
  registration: null,
  credentials: null,
  fromUser: null,
  fromDomain: null,
  numbers: {
    callingCode: null,
    nationalPrefix: '',
    internationalPrefix: '',
    out: 'plus-e164',
    dialPrefix: '',
  },
  callerIdHeader: 'from',
  callerId: null,
  codecs: ['PCMU', 'PCMA', 'G722'],
  encryption: 'none',
  limits: { calls: 10_000, callsPerSecond: 500 },
  healthCheckS: null,
  trustsIdentity: false,
}

/** A trunk's columns that have a meaning in SQL; everything else stands in `settings`. */
export type TrunkColumns = { name: string; enabled: boolean; addresses: string[]; settings: unknown }

/** The settings as they are stored; what an older gateway did not know has its default. undefined: they cannot be read. */
export function readTrunkSettings(row: TrunkColumns): TrunkSettings | undefined {
  const { name, enabled, addresses } = row
  const stored = typeof row.settings === 'object' && row.settings !== null ? row.settings : {}
  const read = trunkSettings.safeParse({ ...trunkDefaults, ...stored, name, enabled, addresses })
  return read.success ? read.data : undefined
}

export function columnsOf(settings: TrunkSettings): TrunkColumns {
  const { name, enabled, addresses, ...rest } = settings
  return { name, enabled, addresses, settings: rest }
}
