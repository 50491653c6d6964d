import type { Header } from './message.ts'

// RFC 3261 §7.3.3 and §20; x: RFC 4028, r and b: RFC 3515/3892, o and u: RFC 6665, j: RFC 3841, y/n: RFC 8224.
const COMPACT: Readonly<Record<string, string>> = {
  a: 'accept-contact',
  b: 'referred-by',
  c: 'content-type',
  d: 'request-disposition',
  e: 'content-encoding',
  f: 'from',
  i: 'call-id',
  j: 'reject-contact',
  k: 'supported',
  l: 'content-length',
  m: 'contact',
  n: 'identity-info',
  o: 'event',
  r: 'refer-to',
  s: 'subject',
  t: 'to',
  u: 'allow-events',
  v: 'via',
  x: 'session-expires',
  y: 'identity',
}

/** The long name in lower case: `canonicalName('V')` is `via`. Names are case-insensitive (RFC 3261 §7.3.1). */
export function canonicalName(name: string): string {
  const lower = name.toLowerCase()
  return lower.length === 1 ? (COMPACT[lower] ?? lower) : lower
}

type WithHeaders = { readonly headers: readonly Header[] }

/** The first value of a header in any spelling of its name, or undefined. */
export function header(message: WithHeaders, name: string): string | undefined {
  const wanted = canonicalName(name)
  return message.headers.find(h => canonicalName(h.name) === wanted)?.value
}

/** All values of a header, one per header line, in order. Commas are not split: see `headerList`. */
export function headerLines(message: WithHeaders, name: string): string[] {
  const wanted = canonicalName(name)
  return message.headers.filter(h => canonicalName(h.name) === wanted).map(h => h.value)
}
