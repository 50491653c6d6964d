import { type TrunkSettings, trunkDefaults, trunkSettings } from '@ringdown/contract'

/** A trunk's columns that have a meaning in SQL; everything else stands in `settings`. */
export type TrunkColumns = { name: string; enabled: boolean; addresses: string[]; settings: unknown }

/** The settings as they are stored; what an older gateway did not know has its default. undefined: they cannot be read. */
export function readTrunkSettings(row: TrunkColumns): TrunkSettings | undefined {
  const { name, enabled, addresses } = row
  const stored = typeof row.settings === 'object' && row.settings !== null ? row.settings : {}
  const given = { ...trunkDefaults, ...withoutWebSockets(stored), name, enabled, addresses }
  const read = trunkSettings.safeParse(given)
  return read.success ? read.data : undefined
}

/**
 * An older gateway let hosts be chosen over WebSocket, which it never dialled. The trunk goes on, over what a WebSocket runs on:
 * a host that was to be reached in secrecy still is.
 */
function withoutWebSockets(stored: { hosts?: unknown; outboundProxy?: unknown }): typeof stored {
  const { hosts, outboundProxy } = stored
  return {
    ...stored,
    ...(Array.isArray(hosts) && { hosts: hosts.map(dialled) }),
    ...(outboundProxy !== undefined && { outboundProxy: dialled(outboundProxy) }),
  }
}

function dialled(host: unknown): unknown {
  if (typeof host !== 'object' || host === null || !('transport' in host)) return host
  const { transport } = host
  if (transport !== 'ws' && transport !== 'wss') return host
  return { ...host, transport: transport === 'ws' ? 'tcp' : 'tls' }
}

export function columnsOf(settings: TrunkSettings): TrunkColumns {
  const { name, enabled, addresses, ...rest } = settings
  return { name, enabled, addresses, settings: rest }
}
