import type { TransportName } from '../layer/ports.ts'
import { serializeUri } from './uri.ts'

/**
 * Where a user agent is reached over a transport, for its Contact (RFC 3261 §8.1.1.8). `user` as on the wire (see `escapeUser`);
 * `host` an address or a name, IPv6 without brackets. Without a transport a URI means UDP (RFC 3263 §4.1), and `ws` stands for
 * both kinds of WebSocket (RFC 7118 §5.2).
 */
export function contactUri(at: {
  readonly user: string
  readonly host: string
  readonly port: number
  readonly transport: TransportName
}): string {
  const { user, host, port, transport } = at
  const value = transport === 'wss' ? 'ws' : transport
  const params = value === 'udp' ? [] : [{ name: 'transport', value }]
  return serializeUri({ scheme: 'sip', user, host, port, params, headers: [] })
}
