import type { Flow, Header, NameAddr, SipRequest } from '@ringdown/sip'
import {
  callIdOf,
  contactExpiryOf,
  contactPriorityOf,
  contactsOf,
  cseqOf,
  expiresOf,
  parseUri,
  sameUri,
  serializeNameAddr,
  userAgentOf,
} from '@ringdown/sip'
import type { Contact } from './registrar.port.ts'

/** Seconds. */
const expiry = { min: 60, max: 3_600 } as const
/** Of one telephone: it may ring at several places, and leave some behind when it is restarted. */
const contactsAtMost = 10
const userAgentLength = 120

export type Registration =
  | { type: 'taken'; contacts: Contact[] }
  | { type: 'refused'; status: 400 | 403 | 423 | 500; headers: readonly Header[] }

const refused = (
  status: Extract<Registration, { type: 'refused' }>['status'],
  ...headers: Header[]
): Registration => ({ type: 'refused', status, headers })

type Order = {
  request: SipRequest
  flow: Flow
  /** The telephone's contacts, expired ones left out. */
  contacts: readonly Contact[]
  /** ms since the epoch. */
  now: number
}

/** RFC 3261 §10.3, steps 6 and 7: what becomes of a telephone's contacts. All of what the request asks for is done, or nothing. */
export function register(order: Order): Registration {
  const { request, contacts } = order
  const asked = contactsOf(request)
  if (asked.some(({ uri }) => uri === '*')) return removeAll(order, asked)
  if (asked.length > contactsAtMost) return refused(403)
  let left = [...contacts]
  for (const one of asked) {
    const step = bind(order, left, one)
    if (step.type === 'refused') return step
    left = step.contacts
  }
  const made = left.filter(contact => !contacts.includes(contact))
  const others = left.filter(contact => contacts.includes(contact))
  return { type: 'taken', contacts: [...longest(others, contactsAtMost - made.length), ...made] }
}

/** `*` takes everything back, and stands alone with an Expires of 0 (§10.2.2). */
function removeAll({ request, contacts }: Order, asked: readonly NameAddr[]): Registration {
  if (asked.length !== 1 || expiresOf(request) !== 0) return refused(400)
  return contacts.some(contact => isOutOfOrder(request, contact))
    ? refused(500)
    : { type: 'taken', contacts: [] }
}

function bind(order: Order, contacts: readonly Contact[], asked: NameAddr): Registration {
  const { request, flow, now, contacts: before } = order
  const uri = parseUri(asked.uri)
  if (uri?.scheme !== 'sip' && uri?.scheme !== 'sips') return refused(400)
  const seconds = contactExpiryOf(asked) ?? expiresOf(request) ?? expiry.max
  if (seconds > 0 && seconds < expiry.min)
    return refused(423, { name: 'Min-Expires', value: String(expiry.min) })
  const known = contacts.find(contact => {
    const other = parseUri(contact.uri)
    return other !== undefined && sameUri(uri, other)
  })
  // Named twice in one request it is the same contact, and not late.
  if (known && before.includes(known) && isOutOfOrder(request, known)) return refused(500)
  const others = contacts.filter(contact => contact !== known)
  if (seconds === 0) return { type: 'taken', contacts: others }
  const made: Contact = {
    uri: asked.uri,
    priority: contactPriorityOf(asked),
    callId: callIdOf(request) ?? '',
    cseq: cseqOf(request)?.number ?? 0,
    expiresAt: now + Math.min(seconds, expiry.max) * 1_000,
    userAgent: userAgentOf(request)?.slice(0, userAgentLength) ?? null,
    flow,
  }
  return { type: 'taken', contacts: [...others, made] }
}

/** §10.3, step 7: within one Call-ID a later request has a higher CSeq; one that comes late changes nothing. */
function isOutOfOrder(request: SipRequest, { callId, cseq }: Contact): boolean {
  return callId === callIdOf(request) && (cseqOf(request)?.number ?? 0) <= cseq
}

/** A telephone that comes back at another place is not kept out by those that it left: the first to expire makes room. */
const longest = (contacts: readonly Contact[], most: number): Contact[] =>
  contacts.toSorted((one, other) => other.expiresAt - one.expiresAt).slice(0, most)

/** §10.3, step 8: the contacts of a 200, each with the seconds that are left. */
export function contactHeaders(contacts: readonly Contact[], now: number): Header[] {
  return contacts.map(({ uri, priority, expiresAt }) => ({
    name: 'Contact',
    value: serializeNameAddr({
      uri,
      params: [
        ...(priority === 1 ? [] : [{ name: 'q', value: String(Math.round(priority * 1_000) / 1_000) }]),
        { name: 'expires', value: String(Math.max(0, Math.round((expiresAt - now) / 1_000))) },
      ],
    }),
  }))
}
