import { isIP } from 'node:net'
import type { Flow, SipRequest } from '@ringdown/sip'
import { nextHop, parseUri, uriTransport } from '@ringdown/sip'

/** No port was said (RFC 3263 §4.2). */
const askDns = 0

/** RFC 3261 §8.1.2 for the transports that we have. A Contact that names none means the one the dialog came over. */
export function targetOf(request: SipRequest, arrival: Flow | undefined): Flow | undefined {
  const uri = parseUri(nextHop(request))
  if (uri?.scheme !== 'sip' && uri?.scheme !== 'sips') return arrival
  const named = uriTransport(uri) ?? arrival?.transport ?? 'udp'
  // RFC 3261 §26.2.2: of sips, whatever else is named means TLS. A WebSocket there is the one that is open.
  const transport = uri.scheme === 'sips' && named !== 'ws' && named !== 'wss' ? 'tls' : named
  if (transport !== 'udp' && transport !== 'tcp' && transport !== 'tls') return arrival
  // The certificate of a peer that called us is seldom for the address in its Contact; its connection is there already.
  const open = transport === 'tls' && arrival?.transport === 'tls' ? arrival.connection : undefined
  return {
    transport,
    address: uri.host,
    port: uri.port ?? (isIP(uri.host) === 0 ? askDns : transport === 'tls' ? 5061 : 5060),
    ...(open === undefined ? {} : { connection: open }),
  }
}
