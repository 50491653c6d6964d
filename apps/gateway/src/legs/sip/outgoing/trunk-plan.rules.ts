import type { TrunkHost, TrunkSettings } from '@ringdown/contract'
import { escapeUser, type Header } from '@ringdown/sip'
import { numberOut } from '../trunk-numbers.rules.ts'
import type { OutgoingPlan, OutgoingTarget } from './outgoing.port.ts'

/** What of a trunk's settings matters to the calls that go out over it. */
export type OutgoingTerms = Pick<
  TrunkSettings,
  | 'hosts'
  | 'outboundProxy'
  | 'registration'
  | 'credentials'
  | 'fromUser'
  | 'fromDomain'
  | 'numbers'
  | 'callerIdHeader'
>

export type TrunkPlanOrder = {
  terms: OutgoingTerms
  /** E.164 with its plus, both. `callerId` null: the call does not say who calls. */
  number: string
  callerId: string | null
}

type Identity = Pick<OutgoingPlan, 'targets' | 'from' | 'to' | 'contactUser' | 'headers'>

const fallbackUser = 'ringdown'

/** Whom a call over a trunk is for, and who calls, as the trunk wants it written; undefined: it has no host to call. */
export function trunkPlanOf(order: TrunkPlanOrder): Identity | undefined {
  const { terms, number } = order
  const targets = terms.hosts.map(host => targetOf(terms, host, number))
  const [first] = terms.hosts
  if (!first) return undefined
  const domain = terms.fromDomain ?? first.host
  return {
    targets,
    ...callerOf(order, domain),
    to: `<sip:${escapeUser(numberOut(terms.numbers, number))}@${domain}>`,
    contactUser: escapeUser(accountOf(terms) ?? fallbackUser),
  }
}

function targetOf(
  { numbers, outboundProxy }: OutgoingTerms,
  host: TrunkHost,
  number: string,
): OutgoingTarget {
  return {
    uri: `sip:${escapeUser(numberOut(numbers, number))}@${placeOf(host)}`,
    // RFC 3261 §8.1.2: an outbound proxy is a route that was there before any answer.
    routes: outboundProxy ? [`<sip:${placeOf(outboundProxy)};lr>`] : [],
    credentialsFor: host.host,
  }
}

/** With the transport, if one is set: that is where the host is looked for (RFC 3263 §4.1). */
const placeOf = ({ host, port, transport }: TrunkHost): string =>
  `${host}${port === null ? '' : `:${port}`}${transport === null ? '' : `;transport=${transport}`}`

/** Who the trunk knows us as: a registrar knows its account. */
const accountOf = ({ fromUser, registration, credentials }: OutgoingTerms): string | null =>
  fromUser ?? (registration ? (credentials?.username ?? null) : null)

function callerOf(
  { terms, callerId }: TrunkPlanOrder,
  domain: string,
): { from: string; headers: readonly Header[] } {
  const account = accountOf(terms)
  if (callerId === null)
    return { from: anonymous(account, domain), headers: [{ name: 'Privacy', value: 'id' }] }
  // What is dialled before a number is none of its digits.
  const user = escapeUser(numberOut({ ...terms.numbers, dialPrefix: '' }, callerId))
  const shown = `<sip:${user}@${domain}>`
  const from = account === null ? shown : `<sip:${escapeUser(account)}@${domain}>`
  switch (terms.callerIdHeader) {
    case 'from':
      return { from: shown, headers: [] }
    // RFC 3325 §9.1.
    case 'p-asserted-identity':
      return { from, headers: [{ name: 'P-Asserted-Identity', value: shown }] }
    // draft-ietf-sip-privacy-04 §5: older than the RFC, and still what some carriers read.
    case 'remote-party-id':
      return {
        from,
        headers: [{ name: 'Remote-Party-ID', value: `${shown};party=calling;screen=yes;privacy=off` }],
      }
  }
}

/** RFC 3323 §4.1.1.3; a trunk that knows us by our account is told that. */
const anonymous = (account: string | null, domain: string): string =>
  account === null
    ? '"Anonymous" <sip:anonymous@anonymous.invalid>'
    : `"Anonymous" <sip:${escapeUser(account)}@${domain}>`
