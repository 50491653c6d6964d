import { isIP } from 'node:net'
import type { DeviceList } from '@ringdown/contract'

type Listener = { host: string; port: number }

export type ServerFacts = {
  publicUrl: string
  publicIp: string | undefined
  /** UDP and TCP. */
  sip: Listener
  tls?: Listener | undefined
  ws?: Listener | undefined
  wss?: Listener | undefined
}

const everywhere: ReadonlySet<string> = new Set(['0.0.0.0', '::'])

/** Stays the same for as long as the gateway has its name: telephones keep it. */
export const realmOf = ({ publicUrl }: Pick<ServerFacts, 'publicUrl'>): string => new URL(publicUrl).hostname

/**
 * What is entered in a telephone: our name, which certificates are for; where we have none, the address that the world knows or
 * the one that we listen on.
 */
export function serverOf(facts: ServerFacts): DeviceList['server'] {
  const { publicIp, sip, tls, ws, wss } = facts
  const realm = realmOf(facts)
  const isName = realm !== 'localhost' && isIP(realm.replace(/^\[|\]$/g, '')) === 0
  const listensAt = everywhere.has(sip.host) ? realm : sip.host
  const more = Object.entries({ tls, ws, wss }) as ['tls' | 'ws' | 'wss', Listener | undefined][]
  return {
    host: isName ? realm : (publicIp ?? listensAt),
    port: sip.port,
    realm,
    transports: [
      { transport: 'udp', port: sip.port },
      { transport: 'tcp', port: sip.port },
      ...more.flatMap(([transport, at]) => (at ? [{ transport, port: at.port }] : [])),
    ],
  }
}
