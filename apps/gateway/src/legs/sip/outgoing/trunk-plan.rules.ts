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
  | 'withholdsNumber'
>

export type TrunkPlanOrder = {
  terms: OutgoingTerms
  /** E.164 with its plus, both. */
  number: string
  callerId: string
}

type Identity = Pick<OutgoingPlan, 'targets' | 'from' | 'to' | 'contactUser' | 'headers'>

const fallbackUser = 'ringdown'
/** RFC 3323 §4.1.1.3. */
const nobody = 'anonymous'

/** Whom a call over a trunk is for, and who calls, as the trunk wants it written; undefined: it has no host to call. */
export function trunkPlanOf(order: TrunkPlanOrder): Identity | undefined {
  const { terms, number } = order
  const targets = terms.hosts.map(host => targetOf(terms, host, number))
  const [first] = terms.hosts
  if (!first) return undefined
  return {
    targets,
    ...callerOf(order, terms.fromDomain ?? first.host),
    // RFC 3261 §8.1.1.2: whom the call is for, at the trunk; our own domain knows nothing of that number.
    to: `<sip:${escapeUser(numberOut(terms.numbers, number))}@${first.host}>`,
    contactUser: terms.withholdsNumber ? nobody : escapeUser(accountOf(terms) ?? fallbackUser),
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
  const { callerIdHeader, withholdsNumber } = terms
  // What is dialled before a number is none of its digits.
  const user = escapeUser(numberOut({ ...terms.numbers, dialPrefix: '' }, callerId))
  const shown = `<sip:${user}@${domain}>`
  const headers = identityOf(terms, shown)
  // Not even the account, which at many carriers is the number: whoever is called reads From.
  if (withholdsNumber)
    return { from: `"Anonymous" <sip:${nobody}@anonymous.invalid>`, headers: [...headers, privacy] }
  const isInFrom = callerIdHeader === 'from' || account === null
  return { from: isInFrom ? shown : `<sip:${escapeUser(account)}@${domain}>`, headers }
}

/** RFC 3325 §9.3: the network keeps what P-Asserted-Identity tells it to itself. */
const privacy: Header = { name: 'Privacy', value: 'id' }

/** Who calls, for the trunk. */
function identityOf({ callerIdHeader, withholdsNumber }: OutgoingTerms, shown: string): Header[] {
  switch (callerIdHeader) {
    case 'from':
      return []
    // RFC 3325 §9.1.
    case 'p-asserted-identity':
      return [{ name: 'P-Asserted-Identity', value: shown }]
    // draft-ietf-sip-privacy-04 §5: older than the RFC, and still what some carriers read.
    case 'remote-party-id': {
      const terms = `party=calling;screen=yes;privacy=${withholdsNumber ? 'full' : 'off'}`
      return [{ name: 'Remote-Party-ID', value: `${shown};${terms}` }]
    }
  }
}
