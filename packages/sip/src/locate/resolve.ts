import type { TransportName } from '../layer/ports.ts'
import {
  addressFamily,
  type Candidate,
  type DnsRecord,
  defaultPort,
  dnsName,
  LOCATE_LIMITS,
  type LocatePreferences,
  type NaptrRecord,
  type Outcome,
  type Question,
  type SrvRecord,
} from './locate.ts'
import type { LocateTarget } from './target.ts'

/** What is known so far: outcomes by `questionKey`; SRV records already in the order they are to be tried. */
export type Known = Readonly<Record<string, Outcome>>

export const questionKey = ({ kind, name }: Question): string => `${kind} ${name}`

/** What follows from what is known: the questions that are still open, and, when there are none, the candidates in order. */
export interface Resolution {
  readonly open: readonly Question[]
  readonly candidates: readonly Candidate[]
  /** DNS named the service, be it to deny it: nothing else may be tried in its place. */
  readonly named?: boolean
}

interface Answer {
  readonly open: readonly Question[]
  readonly records: readonly DnsRecord[]
}

/** Walks the tree of RFC 3263 §4.1 and §4.2 as far as the answers reach. */
export function resolve(target: LocateTarget, preferences: LocatePreferences, known: Known): Resolution {
  const walk = { target, preferences, known }
  const { transport, host, numeric, port } = target
  if (transport === undefined) return byNaptr(walk)
  const place = { transport, port: port ?? defaultPort(transport) }
  if (numeric) {
    const candidate = { ...place, address: host, serverName: target.serverName }
    return { open: [], candidates: preferences.families.includes(numeric) ? [candidate] : [] }
  }
  // RFC 3263 §4.2: a port that is given is used with the addresses of the host itself.
  if (port !== undefined) return addresses(walk, { ...place, name: host })
  return orElse(bySrv(walk, { transport, name: srvName(transport, host) }), () =>
    addresses(walk, { ...place, name: host }),
  )
}

interface Walk {
  readonly target: LocateTarget
  readonly preferences: LocatePreferences
  readonly known: Known
}

const SERVICES: Readonly<Record<string, TransportName>> = {
  'SIP+D2U': 'udp',
  'SIP+D2T': 'tcp',
  'SIPS+D2T': 'tls',
  'SIP+D2W': 'ws',
  'SIPS+D2W': 'wss',
}

const SRV_PREFIX: Readonly<Record<TransportName, string>> = {
  udp: '_sip._udp',
  tcp: '_sip._tcp',
  tls: '_sips._tcp',
  ws: '_sip._ws',
  wss: '_sips._ws',
}

const srvName = (transport: TransportName, host: string): string => `${SRV_PREFIX[transport]}.${host}`

// RFC 3263 §4.1: NAPTR says which transports there are and which the domain prefers; without it, SRV of each is asked for.
function byNaptr(walk: Walk): Resolution {
  const { target } = walk
  const { open, records } = ask(walk, { kind: 'NAPTR', name: target.host })
  if (open.length > 0) return { open, candidates: [] }
  const services = records
    .filter(record => record.kind === 'NAPTR')
    .filter(record => record.flags.toLowerCase() === 's' && record.regexp === '')
    .toSorted((a, b) => a.order - b.order || a.preference - b.preference)
    .flatMap(record => serviceOf(record, target))
    .slice(0, LOCATE_LIMITS.targets)
  const chosen =
    services.length > 0
      ? services
      : target.allowed.map(transport => ({ transport, name: srvName(transport, target.host) }))
  return orElse(join(chosen.map(service => bySrv(walk, service))), () => {
    const { allowed, host } = target
    // RFC 3263 §4.1: without any SRV, UDP for sip; of sips only secure transports are left here.
    const transport = (['udp', 'tcp', 'tls'] as const).find(name => allowed.includes(name)) ?? allowed[0]
    if (transport === undefined) return { open: [], candidates: [] }
    return addresses(walk, { transport, port: defaultPort(transport), name: host })
  })
}

function serviceOf(
  { service, replacement }: NaptrRecord,
  { allowed }: LocateTarget,
): { readonly transport: TransportName; readonly name: string }[] {
  const transport = SERVICES[service.toUpperCase()]
  const name = dnsName(replacement)
  return transport && name && allowed.includes(transport) ? [{ transport, name }] : []
}

function bySrv(walk: Walk, { transport, name }: { transport: TransportName; name: string }): Resolution {
  const { open, records } = ask(walk, { kind: 'SRV', name })
  const places = records
    .filter((record): record is SrvRecord => record.kind === 'SRV')
    // RFC 2782: a target of "." says that there is no such service.
    .flatMap(({ target, port }) => {
      const host = target === '.' ? undefined : dnsName(target)
      return host === undefined || port < 1 || port > 65535 ? [] : [{ transport, port, name: host }]
    })
    .slice(0, LOCATE_LIMITS.targets)
  return join([
    { open, candidates: [], named: records.length > 0 },
    ...places.map(place => addresses(walk, place)),
  ])
}

function addresses(
  walk: Walk,
  {
    transport,
    port,
    name,
  }: { readonly transport: TransportName; readonly port: number; readonly name: string },
): Resolution {
  const answers = walk.preferences.families.map(kind => ({ kind, ...ask(walk, { kind, name }) }))
  const found = answers.flatMap(({ kind, records }) =>
    records.flatMap(record =>
      record.kind === kind && addressFamily(record.address) === kind ? [record.address] : [],
    ),
  )
  const { serverName } = walk.target
  return {
    open: answers.flatMap(({ open }) => open),
    candidates: found
      .slice(0, LOCATE_LIMITS.targets)
      .map(address => ({ transport, address, port, serverName })),
  }
}

/** The records of a question, its aliases followed; a chain that is too long or bites its tail has none. */
function ask({ known }: Walk, question: Question): Answer {
  let { name } = question
  for (let aliases = 0; aliases <= LOCATE_LIMITS.aliases; aliases++) {
    const outcome = known[questionKey({ ...question, name })]
    if (outcome === undefined) return { open: [{ ...question, name }], records: [] }
    if (outcome.type !== 'records') break
    const wanted = outcome.records.filter(record => record.kind === question.kind)
    if (wanted.length > 0) return { open: [], records: wanted }
    const alias = outcome.records.find(record => record.kind === 'CNAME')
    const next = alias && dnsName(alias.target)
    if (next === undefined) break
    name = next
  }
  return { open: [], records: [] }
}

const join = (parts: readonly Resolution[]): Resolution => ({
  open: parts.flatMap(({ open }) => open),
  candidates: parts.flatMap(({ candidates }) => candidates),
  named: parts.some(({ named }) => named),
})

const orElse = (first: Resolution, other: () => Resolution): Resolution =>
  first.open.length > 0 || first.named ? first : other()
