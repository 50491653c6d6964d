import type { TrunkHost, TrunkSettings, TrunkTemplateName, TrunkTransport } from '@ringdown/contract'
import { trunkTemplates } from './templates.rules.ts'

export type HostDraft = { host: string; port: string; transport: TrunkTransport | '' }

/** A trunk as it stands in the form: text as it was typed, right or wrong. */
export type TrunkDraft = {
  template: TrunkTemplateName
  name: string
  enabled: boolean
  /** One at least, which may be empty. */
  hosts: HostDraft[]
  /** One in each line. */
  addresses: string
  proxy: HostDraft
  register: boolean
  expires: string
  username: string
  realm: string
  /** Empty: what is stored stays. */
  password: string
  fromUser: string
  fromDomain: string
  callingCode: string
  nationalPrefix: string
  internationalPrefix: string
  out: TrunkSettings['numbers']['out']
  dialPrefix: string
  callerIdHeader: TrunkSettings['callerIdHeader']
  callerId: string
  withholdsNumber: boolean
  codecs: TrunkSettings['codecs']
  encryption: TrunkSettings['encryption']
  calls: string
  callsPerSecond: string
  checkHealth: boolean
  healthCheck: string
  trustsIdentity: boolean
}

export const noHost: HostDraft = { host: '', port: '', transport: '' }

const usualExpiresS = 300
const usualHealthCheckS = 60

const hostDraft = (host: TrunkHost): HostDraft => ({
  host: host.host,
  port: host.port === null ? '' : String(host.port),
  transport: host.transport ?? '',
})

/** The form as it stands when somebody opens it. */
export function draftOf(settings: TrunkSettings): TrunkDraft {
  const { numbers, limits, registration, healthCheckS, credentials, outboundProxy } = settings
  const { template, name, enabled, callerIdHeader, withholdsNumber, codecs, encryption, trustsIdentity } =
    settings
  return {
    ...{ template, name, enabled, callerIdHeader, withholdsNumber, codecs, encryption, trustsIdentity },
    hosts: settings.hosts.length === 0 ? [noHost] : settings.hosts.map(hostDraft),
    addresses: settings.addresses.join('\n'),
    proxy: outboundProxy ? hostDraft(outboundProxy) : noHost,
    register: registration !== null,
    expires: String(registration?.expiresS ?? usualExpiresS),
    username: credentials?.username ?? '',
    realm: credentials?.realm ?? '',
    password: '',
    fromUser: settings.fromUser ?? '',
    fromDomain: settings.fromDomain ?? '',
    callingCode: numbers.callingCode ?? '',
    nationalPrefix: numbers.nationalPrefix,
    internationalPrefix: numbers.internationalPrefix,
    out: numbers.out,
    dialPrefix: numbers.dialPrefix,
    callerId: settings.callerId ?? '',
    calls: String(limits.calls),
    callsPerSecond: String(limits.callsPerSecond),
    checkHealth: healthCheckS !== null,
    healthCheck: String(healthCheckS ?? usualHealthCheckS),
  }
}

export const draftOfTemplate = (template: TrunkTemplateName): TrunkDraft =>
  draftOf(trunkTemplates[template].settings)

/** The same draft for another template: what was typed goes along, what the first template had filled in does not. */
export function changeTemplate(draft: TrunkDraft, template: TrunkTemplateName): TrunkDraft {
  const before = draftOfTemplate(draft.template)
  const after = draftOfTemplate(template)
  const typed = (field: 'name' | 'addresses' | 'username' | 'password' | 'callerId') =>
    draft[field] === before[field] ? after[field] : draft[field]
  return {
    ...after,
    name: typed('name'),
    hosts: sameHosts(draft.hosts, before.hosts) ? after.hosts : draft.hosts,
    addresses: typed('addresses'),
    username: typed('username'),
    password: typed('password'),
    callerId: typed('callerId'),
  }
}

export function sameDraft(one: TrunkDraft, other: TrunkDraft): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}

function sameHosts(one: HostDraft[], other: HostDraft[]): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}
