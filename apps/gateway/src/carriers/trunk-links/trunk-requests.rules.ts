import type { TrunkHost } from '@ringdown/contract'
import type { Flow, Header, NameAddr, SipRequest } from '@ringdown/sip'
import { contactUri, createRequest, escapeUser, serializeUri } from '@ringdown/sip'
import type { LinkSettings } from './trunk-links.port.ts'

/** Who we are at a host: the address of record, and the identity of everything that belongs together. */
export type Party = {
  host: TrunkHost
  settings: Pick<LinkSettings, 'outboundProxy' | 'credentials' | 'fromUser' | 'fromDomain'>
  callId: string
  fromTag: string
}

type OwnAddress = { host: string; port: number }

const fallbackUser = 'ringdown'

/** As people know it: the state of a host is shown under this. */
export const hostLabel = ({ host, port }: TrunkHost): string => (port === null ? host : `${host}:${port}`)

/** The Request-URI of what is for the host itself (RFC 3261 §10.2: a domain, without a user). */
export const hostUri = ({ host, port }: TrunkHost): string =>
  serializeUri({
    scheme: 'sip',
    host: bare(host),
    ...(port === null ? {} : { port }),
    params: [],
    headers: [],
  })

/** Where the host is looked for (RFC 3263 §4): with the transport, if one is set. */
export const locationUri = ({ host, port, transport }: TrunkHost): string =>
  `${hostUri({ host, port, transport })}${transport === null ? '' : `;transport=${transport}`}`

/** Our Contact towards a peer. */
export const ourContact = (party: Party, { transport }: Flow, own: OwnAddress): string =>
  contactUri({ user: userOf(party), ...own, transport })

/** RFC 3261 §10.2. `path` is understood to be the registrar's business alone (RFC 3327 §5.1). */
export function registerRequest(
  party: Party,
  order: { cseq: number; expiresS: number; headers: readonly Header[]; contact: string },
): SipRequest {
  const record = serializeUri({
    scheme: 'sip',
    user: userOf(party),
    host: bare(party.settings.fromDomain ?? party.host.host),
    params: [],
    headers: [],
  })
  return createRequest({
    method: 'REGISTER',
    uri: hostUri(party.host),
    from: { uri: record, params: [{ name: 'tag', value: party.fromTag }] },
    to: { uri: record, params: [] },
    callId: party.callId,
    cseq: order.cseq,
    contact: { uri: order.contact, params: [{ name: 'expires', value: String(order.expiresS) }] },
    routes: routesOf(party),
    headers: [
      { name: 'Expires', value: String(order.expiresS) },
      { name: 'Supported', value: 'path' },
      ...order.headers,
    ],
  })
}

/** RFC 3261 §11.1. Without credentials: a host that asks for some is there. */
export function optionsRequest(
  party: Party,
  order: { cseq: number; own: OwnAddress; contact: string },
): SipRequest {
  const { fromDomain } = party.settings
  const from = serializeUri({
    scheme: 'sip',
    user: userOf(party),
    host: bare(fromDomain ?? order.own.host),
    params: [],
    headers: [],
  })
  const uri = hostUri(party.host)
  const tag = { name: 'tag', value: party.fromTag }
  return createRequest({
    method: 'OPTIONS',
    uri,
    from: { uri: from, params: [tag] },
    to: { uri, params: [] },
    callId: party.callId,
    cseq: order.cseq,
    contact: { uri: order.contact, params: [] } satisfies NameAddr,
    routes: routesOf(party),
    headers: [{ name: 'Accept', value: 'application/sdp' }],
  })
}

/** RFC 3261 §8.1.2: an outbound proxy is a route that was there before any answer. */
const routesOf = ({ settings: { outboundProxy } }: Party): string[] =>
  outboundProxy ? [`<${locationUri(outboundProxy)};lr>`] : []

const userOf = ({ settings }: Party): string =>
  escapeUser(settings.fromUser || (settings.credentials?.username ?? fallbackUser))

/** The contract writes IPv6 in brackets, a parsed URI does not. */
const bare = (host: string): string => host.replace(/^\[(.*)\]$/, '$1')
