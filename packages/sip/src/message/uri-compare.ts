import type { Param } from './message.ts'
import { type SipUri, type TelUri, type Uri, unescapeUri } from './uri.ts'

/**
 * Whether two URIs are equivalent: SIP by RFC 3261 §19.1.4, tel by RFC 3966 §5, others by their text. Registrars find
 * bindings by this (§10.3).
 */
export function sameUri(a: Uri, b: Uri): boolean {
  if (a.scheme === 'other' || b.scheme === 'other') {
    return a.scheme === b.scheme && 'text' in a && 'text' in b && a.text === b.text
  }
  if (a.scheme === 'tel' || b.scheme === 'tel')
    return a.scheme === b.scheme && sameTel(a as TelUri, b as TelUri)
  return sameSip(a, b)
}

const plain = (text: string | undefined): string | undefined =>
  text === undefined ? undefined : unescapeUri(text)

function sameSip(a: SipUri, b: SipUri): boolean {
  return (
    a.scheme === b.scheme &&
    plain(a.user) === plain(b.user) &&
    plain(a.password) === plain(b.password) &&
    a.host.toLowerCase() === b.host.toLowerCase() &&
    a.port === b.port &&
    sameUriParams(readParams(a.params), readParams(b.params)) &&
    sameEntries(readParams(a.headers), readParams(b.headers))
  )
}

/** By name, escapes decoded; names and values of parameters do not depend on case. */
const readParams = (params: readonly Param[]): ReadonlyMap<string, string> =>
  new Map(
    params.map(({ name, value }) => [
      unescapeUri(name).toLowerCase(),
      unescapeUri(value ?? '').toLowerCase(),
    ]),
  )

/** RFC 3261 §19.1.4: these matter even where only one URI has them; others are then ignored. */
const NEVER_IGNORED = ['user', 'ttl', 'method', 'maddr', 'transport']

function sameUriParams(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): boolean {
  const shared = [...a.keys()].filter(name => b.has(name))
  return [...shared, ...NEVER_IGNORED].every(name => a.get(name) === b.get(name))
}

const sameEntries = (a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): boolean =>
  a.size === b.size && [...a].every(([name, value]) => b.get(name) === value)

/** RFC 3966 §5: visual separators and case make no difference; every parameter does. */
const sameTel = (a: TelUri, b: TelUri): boolean =>
  dialled(a) === dialled(b) && sameEntries(readParams(a.params), readParams(b.params))

const dialled = ({ number }: TelUri): string => number.replace(/[-.()]/g, '').toLowerCase()
