import { paramValue, parseNumber, splitOutsideQuotes } from '../grammar.ts'
import { header } from '../header-names.ts'
import type { Header } from '../message.ts'
import type { NameAddr } from '../name-addr.ts'
import { withoutComments } from './comments.ts'

type WithHeaders = { readonly headers: readonly Header[] }

/** RFC 3261 §20.19: 0 to 2^32 - 1 seconds. More than that counts as malformed (RFC 4475 §3.1.2.4). */
const seconds = (text: string | undefined): number | undefined => parseNumber(text ?? '', 2 ** 32 - 1)

/** The Expires in seconds; undefined when absent or malformed: the default of the method holds. */
export const expiresOf = (message: WithHeaders): number | undefined => seconds(header(message, 'expires'))

/** The Min-Expires of a 423 in seconds (RFC 3261 §20.23). */
export const minExpiresOf = (message: WithHeaders): number | undefined =>
  seconds(header(message, 'min-expires'))

/** The `expires` of a Contact in seconds; undefined when absent or malformed (RFC 3261 §20.10). */
export const contactExpiryOf = (contact: NameAddr): number | undefined =>
  seconds(paramValue(contact.params, 'expires'))

const QVALUE = /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/

/** The `q` of a Contact, 0 to 1; 1 when absent or malformed (RFC 3261 §20.10). */
export function contactPriorityOf(contact: NameAddr): number {
  const q = paramValue(contact.params, 'q') ?? ''
  return QVALUE.test(q) ? Number(q) : 1
}

/** When to try again (RFC 3261 §20.33). */
export interface RetryAfter {
  readonly seconds: number
  /** How long one will be reachable then, seconds. */
  readonly duration?: number
}

/** The Retry-After; undefined when absent or malformed. A comment in it is left out. */
export function retryAfterOf(message: WithHeaders): RetryAfter | undefined {
  const text = withoutComments(header(message, 'retry-after') ?? '') ?? ''
  const [first, ...params] = splitOutsideQuotes(text, ';') ?? []
  const after = seconds(first)
  const duration = seconds(params.map(p => /^duration[ \t]*=[ \t]*(\d+)$/i.exec(p)?.[1]).find(Boolean))
  if (after === undefined) return undefined
  return duration === undefined ? { seconds: after } : { seconds: after, duration }
}

/** For how long whoever sent this wants nothing more, ms (RFC 3261 §21.5.4); undefined when it does not say. */
export function retryAfterMs(message: WithHeaders): number | undefined {
  const after = retryAfterOf(message)
  return after && after.seconds * 1000
}
