import { acceptsType } from './fields/content.ts'
import { parseNumber } from './grammar.ts'
import { header } from './header-names.ts'
import { contactsOf, headerList, toOf } from './headers.ts'
import type { Header, SipRequest } from './message.ts'
import { screenBody } from './screen-body.ts'
import { parseUri } from './uri.ts'

/** What an element takes. The lists go into the Allow, Supported and Accept of its answers as they stand. */
export interface Capabilities {
  /** Methods it answers, ACK and CANCEL included. */
  readonly methods: readonly string[]
  /** Option tags it supports (RFC 3261 §19.2). */
  readonly extensions: readonly string[]
  /** Media types it reads, in lower case. A multipart type here means: one of the parts must be of another type here. */
  readonly contentTypes: readonly string[]
  /** Schemes of Request-URIs it serves, in lower case. */
  readonly schemes: readonly string[]
}

/** Why a request was refused. */
export type ScreeningReason =
  | 'method.unknown'
  | 'method.not-allowed'
  | 'request-uri.scheme'
  | 'to.scheme'
  | 'contact.wildcard'
  | 'contact.several'
  | 'require.unsupported'
  | 'body.syntax'
  | 'body.limits'
  | 'body.type'
  | 'body.encoding'
  | 'accept.unacceptable'

/** Whether a server goes on with a request, or how it answers (RFC 3261 §8.2). */
export type Screening =
  | { readonly ok: true }
  | {
      readonly ok: false
      readonly reason: ScreeningReason
      readonly status: 400 | 405 | 406 | 413 | 415 | 416 | 420 | 501
      /** What the answer must carry beside the usual: Allow, Unsupported, Accept, Accept-Encoding. */
      readonly headers: readonly Header[]
    }

type Refusal = Extract<Screening, { ok: false }>
type Check = (request: SipRequest, capabilities: Capabilities) => Refusal | undefined

const refuse = (
  status: Refusal['status'],
  reason: ScreeningReason,
  ...headers: readonly Header[]
): Refusal => ({ ok: false, status, reason, headers })

const list = (name: string, values: readonly string[]): Header => ({ name, value: values.join(', ') })

/**
 * What every user agent server asks of a request before it looks at what the request means (RFC 3261 §8.2.1 to §8.2.3),
 * in the RFC's order. Not asked here, because they need state: merged requests (§8.2.2.2) and authentication; nor
 * Max-Forwards, which only elements that pass requests on obey (RFC 4475 §3.3.11). An ACK always passes, since nothing
 * can be answered to it; a CANCEL and a BYE pass whatever they require or carry, because ending a call must not fail.
 */
export function screenRequest(request: SipRequest, capabilities: Capabilities): Screening {
  if (request.method === 'ACK') return { ok: true }
  const checks = ENDING.has(request.method) ? [checkMethod, checkScheme] : CHECKS
  for (const check of checks) {
    const refusal = check(request, capabilities)
    if (refusal !== undefined) return refusal
  }
  return { ok: true }
}

const ENDING = new Set(['CANCEL', 'BYE'])

/** The IANA registry of SIP methods: what is not in it is not merely forbidden here but unknown. */
const REGISTERED = new Set([
  ...['INVITE', 'ACK', 'BYE', 'CANCEL', 'OPTIONS', 'REGISTER', 'PRACK', 'SUBSCRIBE', 'NOTIFY', 'PUBLISH'],
  ...['INFO', 'REFER', 'MESSAGE', 'UPDATE'],
])

// RFC 3261 §8.2.1, §21.5.2: 405 for a method that is known and not served, 501 for one nobody here knows.
const checkMethod: Check = ({ method }, { methods }) => {
  if (methods.includes(method)) return undefined
  const allow = list('Allow', methods)
  return REGISTERED.has(method)
    ? refuse(405, 'method.not-allowed', allow)
    : refuse(501, 'method.unknown', allow)
}

const schemeOf = (uri: string): string => uri.slice(0, Math.max(0, uri.indexOf(':'))).toLowerCase()

// RFC 3261 §8.2.2.1; RFC 4475 §3.3.2, §3.3.3.
const checkScheme: Check = ({ uri }, { schemes }) =>
  schemes.includes(schemeOf(uri)) ? undefined : refuse(416, 'request-uri.scheme')

// RFC 3261 §10.3: the address of record is a SIP or SIPS URI (RFC 4475 §3.3.4); `*` stands alone, with Expires 0.
const checkRegister: Check = request => {
  if (request.method !== 'REGISTER') return undefined
  const to = parseUri(toOf(request)?.uri ?? '')
  if (to?.scheme !== 'sip' && to?.scheme !== 'sips') return refuse(400, 'to.scheme')
  const contacts = contactsOf(request)
  const wildcard = contacts.some(({ uri }) => uri === '*')
  const removes = contacts.length === 1 && parseNumber(header(request, 'expires') ?? '', 0) === 0
  return wildcard && !removes ? refuse(400, 'contact.wildcard') : undefined
}

// RFC 3261 §8.1.1.8: one Contact where a dialog is to be made, and never `*` outside REGISTER.
const checkContact: Check = request => {
  if (request.method === 'REGISTER') return undefined
  const contacts = contactsOf(request)
  if (contacts.some(({ uri }) => uri === '*')) return refuse(400, 'contact.wildcard')
  return request.method === 'INVITE' && contacts.length > 1 ? refuse(400, 'contact.several') : undefined
}

// RFC 3261 §8.2.2.3.
const checkRequire: Check = (request, { extensions }) => {
  const known = new Set(extensions.map(tag => tag.toLowerCase()))
  const unsupported = headerList(request, 'require').filter(
    tag => tag !== '' && !known.has(tag.toLowerCase()),
  )
  return unsupported.length === 0
    ? undefined
    : refuse(420, 'require.unsupported', list('Unsupported', unsupported))
}

// RFC 3261 §8.2.3.
const checkBody: Check = (request, { contentTypes }) => {
  const refusal = screenBody(request, contentTypes)
  return refusal && { ok: false, ...refusal }
}

// RFC 3261 §21.4.7, RFC 4475 §3.3.15: an INVITE is answered with a session description, so its sender has to take one.
const checkAccept: Check = request =>
  request.method === 'INVITE' && !acceptsType(request, 'application/sdp')
    ? refuse(406, 'accept.unacceptable')
    : undefined

const CHECKS: readonly Check[] = [
  checkMethod,
  checkScheme,
  checkRegister,
  checkContact,
  checkRequire,
  checkBody,
  checkAccept,
]
