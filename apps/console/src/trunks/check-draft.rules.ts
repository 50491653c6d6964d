import { type TrunkChange, trunkChange } from '@ringdown/contract'
import type { HostDraft, TrunkDraft } from './draft.rules.ts'
import { type AskedField, trunkTemplates } from './templates.rules.ts'

/** What is said about a field that is not right. */
export type ProblemKind =
  | 'missing'
  | 'missingPassword'
  | 'name'
  | 'nameTaken'
  | 'host'
  | 'port'
  | 'tooManyHosts'
  | 'addresses'
  | 'expires'
  | 'text'
  | 'callingCode'
  | 'prefix'
  | 'dialPrefix'
  | 'callerId'
  | 'codecs'
  | 'calls'
  | 'callsPerSecond'
  | 'healthCheck'

/** `entries`: which of several, as they were typed. */
export type Problem = { kind: ProblemKind; entries: string }

/** By field: its place in the settings, such as `hosts.0.port`; `password` besides. */
export type Problems = { [field: string]: Problem }

export type CheckedDraft = { ok: true; change: TrunkChange } | { ok: false; problems: Problems }

/** The draft as the gateway wants it, or what is wrong with it. `hasPassword`: one is stored already. */
export function checkDraft(draft: TrunkDraft, hasPassword: boolean): CheckedDraft {
  const rows = draft.hosts
    .map((host, row) => ({ row, host: serverOf(host, draft) }))
    .filter(({ row, host }) => host.host !== '' || draft.hosts[row]?.port !== '')
  const addresses = addressesOf(draft)
  const read = trunkChange.safeParse({ ...settingsOf(draft), hosts: rows.map(({ host }) => host), addresses })
  const problems: Problems = {}
  for (const issue of read.error?.issues ?? []) {
    const [first = '', second, ...rest] = issue.path.map(String)
    const row = first === 'hosts' && second !== undefined ? [String(rows[Number(second)]?.row)] : [second]
    const field = first === 'addresses' ? first : [first, ...row, ...rest].filter(part => part).join('.')
    const entry = first === 'addresses' && second !== undefined ? addresses[Number(second)] : undefined
    const entries = [problems[field]?.entries, entry].filter(part => part).join(', ')
    problems[field] = { kind: kindOf(field), entries }
  }
  Object.assign(problems, missing(draft, hasPassword))
  if (read.success && Object.keys(problems).length === 0) return { ok: true, change: read.data }
  return { ok: false, problems }
}

function settingsOf(
  draft: TrunkDraft,
): Omit<Record<keyof TrunkChange, unknown>, 'hosts' | 'addresses' | 'version'> {
  const { template, name, enabled, callerIdHeader, withholdsNumber, codecs, encryption, trustsIdentity } =
    draft
  const username = draft.username.trim()
  return {
    ...{ template, name, enabled, callerIdHeader, withholdsNumber, codecs, encryption, trustsIdentity },
    outboundProxy: draft.proxy.host.trim() === '' ? null : hostOf(draft.proxy),
    registration: draft.register ? { expiresS: wholeNumber(draft.expires) } : null,
    credentials: username === '' ? null : { username, realm: orNull(draft.realm) },
    fromUser: orNull(draft.fromUser),
    fromDomain: orNull(draft.fromDomain),
    numbers: {
      callingCode: orNull(draft.callingCode.replace(/^\s*\+/, '')),
      nationalPrefix: draft.nationalPrefix.trim(),
      internationalPrefix: draft.internationalPrefix.trim(),
      out: draft.out,
      dialPrefix: draft.dialPrefix.trim(),
    },
    callerId: orNull(draft.callerId.replace(/[\s().-]/g, '')),
    limits: { calls: wholeNumber(draft.calls), callsPerSecond: wholeNumber(draft.callsPerSecond) },
    healthCheckS: draft.checkHealth ? wholeNumber(draft.healthCheck) : null,
    password: draft.password === '' ? undefined : draft.password,
  }
}

/** Takes what people paste: with `sip:` in front, with the port behind. */
function hostOf(typed: HostDraft) {
  const bare = typed.host.trim().replace(/^sips?:/i, '')
  const [, host = bare, behind = ''] = /^([^:]+|\[[^\]]*\]):(\d+)$/.exec(bare) ?? []
  const port = typed.port.trim() || behind
  return { host, port: port === '' ? null : wholeNumber(port), transport: typed.transport || null }
}

/** Of a Twilio domain the first word is enough: all of them end alike. */
function serverOf(typed: HostDraft, draft: TrunkDraft) {
  const host = hostOf(typed)
  const isWord = draft.template === 'twilio' && /^[a-z0-9-]+$/i.test(host.host)
  return isWord ? { ...host, host: `${host.host}.pstn.twilio.com` } : host
}

/** Where no address was given and every server is one, calls come from the servers. */
function addressesOf(draft: TrunkDraft): string[] {
  const typed = draft.addresses.split(/[\s,;]+/).filter(entry => entry !== '')
  if (typed.length > 0) return typed
  const servers = draft.hosts.map(host => serverOf(host, draft).host).filter(host => host !== '')
  return servers.every(isAddress) ? servers.map(server => server.replace(/[[\]]/g, '')) : []
}

/** Calls are known by the address that they come from; where the trunk registers, that one is known by itself. */
export const takesCalls = (draft: TrunkDraft): boolean => draft.register || addressesOf(draft).length > 0

const isAddress = (host: string) => /^\d+\.\d+\.\d+\.\d+$/.test(host) || /^\[.*\]$/.test(host)

/** Where problems of the fields that templates ask for are found. */
export const askedPlaces: Record<AskedField, string> = {
  host: 'hosts.0.host',
  addresses: 'addresses',
  numberFormat: 'numbers.out',
  username: 'credentials.username',
  password: 'password',
}

function missing(draft: TrunkDraft, hasPassword: boolean): Problems {
  const empty: Record<AskedField, boolean> = {
    host: draft.hosts.every(({ host }) => host.trim() === ''),
    addresses: draft.addresses.trim() === '',
    numberFormat: false,
    username: draft.username.trim() === '',
    password: draft.password === '' && !hasPassword,
  }
  const needs = new Set<AskedField>(trunkTemplates[draft.template].needs)
  if (draft.register) for (const field of ['host', 'username', 'password'] as const) needs.add(field)
  if (draft.password !== '') needs.add('username')
  const problems: Problems = {}
  for (const field of needs) {
    const kind = field === 'password' ? 'missingPassword' : 'missing'
    if (empty[field]) problems[askedPlaces[field]] = { kind, entries: '' }
  }
  if (draft.name.trim() === '') problems.name = { kind: 'missing', entries: '' }
  return problems
}

const kinds: [RegExp, ProblemKind][] = [
  [/^name$/, 'name'],
  [/^hosts$/, 'tooManyHosts'],
  [/\.port$/, 'port'],
  [/\.host$|^fromDomain$/, 'host'],
  [/^addresses/, 'addresses'],
  [/^registration/, 'expires'],
  [/callingCode$/, 'callingCode'],
  [/nationalPrefix$/i, 'prefix'],
  [/dialPrefix$/, 'dialPrefix'],
  [/^callerId$/, 'callerId'],
  [/^codecs/, 'codecs'],
  [/calls$/, 'calls'],
  [/callsPerSecond$/, 'callsPerSecond'],
  [/^healthCheckS$/, 'healthCheck'],
]

function kindOf(field: string): ProblemKind {
  return kinds.find(([pattern]) => pattern.test(field))?.[1] ?? 'text'
}

const orNull = (text: string) => text.trim() || null
/** NaN, which no schema takes, where it is none. */
const wholeNumber = (text: string) => (/^\s*\d+\s*$/.test(text) ? Number(text) : Number.NaN)
