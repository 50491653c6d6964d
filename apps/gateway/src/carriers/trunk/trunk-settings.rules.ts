import { type TrunkSettings, trunkDefaults, trunkSettings } from '@ringdown/contract'

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
