import { headerList } from '../headers.ts'
import type { SipMessage } from '../message.ts'
import { type NameAddr, parseNameAddr } from '../name-addr.ts'

/** Undefined when one is malformed: half a route leads nowhere. */
function route(message: SipMessage, name: string): readonly NameAddr[] | undefined {
  const hops = headerList(message, name).map(parseNameAddr)
  return hops.every(hop => hop !== undefined && hop.uri !== '*') ? (hops as NameAddr[]) : undefined
}

/** The proxies between a registrar and a registered contact, in the order of a Route (RFC 3327 §4). */
export const pathOf = (message: SipMessage): readonly NameAddr[] | undefined => route(message, 'path')

/** The proxies a registrar wants its user agents to send through, in the order of a Route (RFC 3608 §5). */
export const serviceRouteOf = (message: SipMessage): readonly NameAddr[] | undefined =>
  route(message, 'service-route')
