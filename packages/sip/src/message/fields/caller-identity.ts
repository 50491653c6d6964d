import { paramValue, unquote } from '../grammar.ts'
import { headerLines } from '../header-names.ts'
import { headerList } from '../headers.ts'
import type { SipMessage } from '../message.ts'
import { type NameAddr, parseNameAddr } from '../name-addr.ts'

const addresses = (message: SipMessage, name: string): NameAddr[] =>
  headerList(message, name)
    .map(parseNameAddr)
    .filter(address => address !== undefined && address.uri !== '*') as NameAddr[]

/**
 * The privacy a caller asks for, in lower case: `id`, `header`, `session`, `user`, `critical`, `none` (RFC 3323 §4.2).
 * Values separated by commas, which some elements send, are read too.
 */
export const privacyOf = (message: SipMessage): string[] =>
  headerLines(message, 'privacy')
    .flatMap(line => line.split(/[;,]/))
    .map(value => value.replace(/[ \t]/g, '').toLowerCase())
    .filter(value => value !== '')

/** Who a trusted element says the caller is: a SIP URI, a tel URI or one of each (RFC 3325 §9.1). */
export const assertedIdentitiesOf = (message: SipMessage): NameAddr[] =>
  addresses(message, 'p-asserted-identity')

/** Who the caller would like to be shown as (RFC 3325 §9.2). */
export const preferredIdentitiesOf = (message: SipMessage): NameAddr[] =>
  addresses(message, 'p-preferred-identity')

/** One Remote-Party-ID (draft-ietf-sip-privacy-04): what came before P-Asserted-Identity and is still sent. */
export interface RemotePartyId {
  readonly address: NameAddr
  /** In lower case; `calling` when absent. */
  readonly party: string
  /** Whether a trusted element checked it (`screen=yes`). */
  readonly screened: boolean
  /** What is not to be shown, in lower case: `full`, `name`, `uri`, `off` and others; empty when nothing is said. */
  readonly privacy: readonly string[]
}

/** The Remote-Party-IDs in order; malformed ones are left out. */
export const remotePartyIdsOf = (message: SipMessage): RemotePartyId[] =>
  addresses(message, 'remote-party-id').map(address => {
    const text = (name: string) => unquote(paramValue(address.params, name) ?? '').toLowerCase()
    return {
      address,
      party: text('party') || 'calling',
      screened: text('screen') === 'yes',
      privacy: text('privacy')
        .split(/[-,; ]/)
        .filter(Boolean),
    }
  })
