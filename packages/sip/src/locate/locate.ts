import type { TransportName } from '../layer/ports.ts'

/** The kinds of DNS records that RFC 3263 asks for. */
export type QuestionKind = 'NAPTR' | 'SRV' | 'A' | 'AAAA'

/** One DNS question; the name in lower case without a final dot. */
export interface Question {
  readonly kind: QuestionKind
  readonly name: string
}

/** RFC 3403 §4.1. */
export interface NaptrRecord {
  readonly kind: 'NAPTR'
  readonly order: number
  readonly preference: number
  readonly flags: string
  readonly service: string
  readonly regexp: string
  readonly replacement: string
}

/** RFC 2782. */
export interface SrvRecord {
  readonly kind: 'SRV'
  readonly priority: number
  readonly weight: number
  readonly port: number
  readonly target: string
}

/** An address, or the true name to ask for instead. */
export type DnsRecord =
  | NaptrRecord
  | SrvRecord
  | { readonly kind: 'A' | 'AAAA'; readonly address: string }
  | { readonly kind: 'CNAME'; readonly target: string }

/** What became of a question. `failed`: no server answered, or none in time. */
export type Outcome =
  | { readonly type: 'records'; readonly records: readonly DnsRecord[] }
  | { readonly type: 'none' }
  | { readonly type: 'failed' }

/** One place to send a request to. */
export interface Candidate {
  readonly transport: TransportName
  /** IPv4 or IPv6 address, without brackets. */
  readonly address: string
  readonly port: number
  /** The name the peer's certificate must show: the host of the URI, never one that DNS gave (RFC 5922 §4). */
  readonly serverName: string
}

/** What this side can use (RFC 3263 §4.1). */
export interface LocatePreferences {
  /** Transports this side can use, the preferred first. */
  readonly transports: readonly TransportName[]
  /** Address families this side can reach, the preferred first. */
  readonly families: readonly ('A' | 'AAAA')[]
}

/** Why a target cannot be reached. Contains no name, so that it may be logged. */
export type LocateError =
  | 'locate.not-sip'
  | 'locate.unsupported-transport'
  | 'locate.insecure-transport'
  | 'locate.bad-host'
  /** DNS says that the name, or the service at it, does not exist. */
  | 'locate.no-such-host'
  /** DNS did not answer: try again later. */
  | 'locate.dns-failed'

/** Limits on what DNS may make us do. */
export const LOCATE_LIMITS = {
  /** Records of one answer that are looked at. */
  records: 64,
  /** SRV targets, and addresses of one name, that are used. */
  targets: 16,
  candidates: 32,
  /** Names that lead to names. */
  aliases: 8,
} as const

export const isSecure = (transport: TransportName): boolean => transport === 'tls' || transport === 'wss'

/** RFC 3261 §19.1.2 and RFC 7118 §5. */
export const defaultPort = (transport: TransportName): number =>
  transport === 'ws' ? 80 : transport === 'wss' ? 443 : transport === 'tls' ? 5061 : 5060

const LABEL = /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/

/** A DNS name in lower case without a final dot; undefined for text that is none (RFC 1035 §2.3.4, RFC 2782 for `_`). */
export function dnsName(text: string): string | undefined {
  const name = text.toLowerCase().replace(/\.$/, '')
  return name.length <= 253 && name.split('.').every(label => LABEL.test(label)) ? name : undefined
}

const BYTE = '(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])'
const IPV4 = new RegExp(`^${BYTE}(?:\\.${BYTE}){3}$`)

/** The family of a numeric host (IPv6 without brackets); undefined for a name. */
export function addressFamily(host: string): 'A' | 'AAAA' | undefined {
  return IPV4.test(host) ? 'A' : host.includes(':') && isIpv6(host) ? 'AAAA' : undefined
}

function isIpv6(host: string): boolean {
  const tail = host.slice(host.lastIndexOf(':') + 1)
  const dotted = tail.includes('.')
  if (dotted && !IPV4.test(tail)) return false
  // The dotted tail stands for two groups.
  const [head = '', rest, ...more] = (dotted ? `${host.slice(0, -tail.length)}0:0` : host).split('::')
  const groups = [head, rest ?? ''].flatMap(part => (part === '' ? [] : part.split(':')))
  const complete = rest === undefined ? groups.length === 8 : groups.length < 8
  return more.length === 0 && complete && groups.every(group => /^[0-9A-Fa-f]{1,4}$/.test(group))
}
