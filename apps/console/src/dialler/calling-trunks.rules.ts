import type { TrunkView } from '@ringdown/contract'

/** A trunk that calls out, as the dialog offers it. */
export type TrunkChoice = { id: string; name: string; callingCode: string | null }

/** Those that are switched on and know a server, in the order in which the gateway takes them. */
export function callingTrunks(trunks: readonly TrunkView[]): TrunkChoice[] {
  return trunks
    .filter(({ settings }) => settings.enabled && settings.hosts.length > 0)
    .map(({ id, settings }) => ({ id, name: settings.name, callingCode: settings.numbers.callingCode }))
    .toSorted((one, other) => compare(one.name.toLowerCase(), other.name.toLowerCase()))
}

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0)
