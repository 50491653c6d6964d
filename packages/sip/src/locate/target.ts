import type { TransportName } from '../layer/ports.ts'
import { paramValue } from '../message/grammar.ts'
import { type SipUri, type Uri, uriTransport } from '../message/uri.ts'
import { addressFamily, dnsName, isSecure, type LocateError, type LocatePreferences } from './locate.ts'

/** What is to be located, read from a URI (RFC 3263 §4: TARGET). */
export interface LocateTarget {
  /** `maddr` or the host: a DNS name or a numeric address. */
  readonly host: string
  readonly numeric: 'A' | 'AAAA' | undefined
  readonly port: number | undefined
  /** Settled where the URI or its form settles it (RFC 3263 §4.1); undefined: DNS decides. */
  readonly transport: TransportName | undefined
  /** The transports DNS may choose from, the preferred first. */
  readonly allowed: readonly TransportName[]
  /** The host of the URI. */
  readonly serverName: string
}

/** Reads a URI (RFC 3263 §4, §4.1). */
export function readTarget(
  uri: Uri,
  preferences: LocatePreferences,
):
  | { readonly ok: true; readonly target: LocateTarget }
  | { readonly ok: false; readonly error: LocateError } {
  if (uri.scheme === 'other' || uri.scheme === 'tel') return { ok: false, error: 'locate.not-sip' }
  const text = paramValue(uri.params, 'maddr')?.replace(/^\[(.*)\]$/, '$1') ?? uri.host
  const numeric = addressFamily(text)
  const host = numeric ? text : dnsName(text)
  if (host === undefined || /^[0-9.]+$/.test(host) !== (numeric === 'A'))
    return { ok: false, error: 'locate.bad-host' }
  const sips = uri.scheme === 'sips'
  const allowed = preferences.transports.filter(name => !sips || isSecure(name))
  const settled = settledTransport(uri, { allowed, settles: numeric !== undefined || uri.port !== undefined })
  if (settled === 'insecure') return { ok: false, error: 'locate.insecure-transport' }
  if (settled === 'unsupported') return { ok: false, error: 'locate.unsupported-transport' }
  return {
    ok: true,
    target: {
      host,
      numeric,
      port: uri.port,
      transport: settled,
      allowed,
      serverName: uri.host.toLowerCase(),
    },
  }
}

const TRANSPORTS: readonly TransportName[] = ['udp', 'tcp', 'tls', 'ws', 'wss']

const SECURED: Readonly<Partial<Record<TransportName, TransportName>>> = {
  tcp: 'tls',
  tls: 'tls',
  ws: 'wss',
  wss: 'wss',
}

function settledTransport(
  uri: SipUri,
  { allowed, settles }: { readonly allowed: readonly TransportName[]; readonly settles: boolean },
): TransportName | undefined | 'insecure' | 'unsupported' {
  const param = uriTransport(uri)
  const supported = (name: TransportName) => (allowed.includes(name) ? name : 'unsupported')
  if (param !== undefined) {
    const named = TRANSPORTS.find(name => name === param)
    if (named === undefined) return 'unsupported'
    // RFC 3261 §26.2.2: of sips, `transport=tcp` means TLS over TCP.
    const wanted = uri.scheme === 'sips' ? SECURED[named] : named
    return wanted === undefined ? 'insecure' : supported(wanted)
  }
  if (!settles) return allowed.length === 0 ? 'unsupported' : undefined
  // RFC 3263 §4.1: a numeric host or a port without transport means UDP, for sips TLS over TCP.
  if (uri.scheme === 'sips') return supported('tls')
  return (['udp', 'tcp'] as const).find(name => allowed.includes(name)) ?? allowed[0] ?? 'unsupported'
}
