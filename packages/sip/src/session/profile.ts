import type { Header } from '../message/message.ts'
import type { NameAddr } from '../message/name-addr.ts'
import { parseNameAddr } from '../message/name-addr.ts'
import type { SessionTimerWish } from '../session-timer/negotiate.ts'

/** What we are and can, as told in every request and answer of a session. Plain data. */
export interface SessionProfile {
  /** Our Contact, a name-addr or URI. */
  readonly contact: string
  /** Methods we take (Allow). Others in a dialog are answered 405. */
  readonly methods: readonly string[]
  /** Extensions we know (Supported): `100rel`, `timer`, `replaces`, `norefersub`. */
  readonly extensions: readonly string[]
  /** Further headers of all requests and answers, such as User-Agent. */
  readonly headers?: readonly Header[]
  /** Session timers we ask for; without it, only those that the peer asks for. */
  readonly timer?: SessionTimerWish
}

/** The methods that the machines of this package know. */
export const SESSION_METHODS: readonly string[] = [
  'INVITE',
  'ACK',
  'BYE',
  'CANCEL',
  'OPTIONS',
  'PRACK',
  'UPDATE',
  'INFO',
  'REFER',
  'NOTIFY',
]

/** The extensions that the machines of this package know. */
export const SESSION_EXTENSIONS: readonly string[] = ['100rel', 'timer', 'replaces', 'norefersub']

/** Allow, Supported and the further headers. */
export const capabilityHeaders = ({ methods, extensions, headers = [] }: SessionProfile): Header[] => [
  { name: 'Allow', value: methods.join(', ') },
  ...(extensions.length === 0 ? [] : [{ name: 'Supported', value: extensions.join(', ') }]),
  ...headers,
]

export const contactOf = ({ contact }: SessionProfile): NameAddr =>
  parseNameAddr(contact) ?? { uri: contact, params: [] }

export const contactHeader = ({ contact }: SessionProfile): Header => ({
  name: 'Contact',
  value: contact.includes('<') ? contact : `<${contact}>`,
})
