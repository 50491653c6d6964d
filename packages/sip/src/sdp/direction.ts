import type { SdpConnection, SdpDirection } from './session.ts'

const sends = (direction: SdpDirection): boolean => direction === 'sendrecv' || direction === 'sendonly'
const receives = (direction: SdpDirection): boolean => direction === 'sendrecv' || direction === 'recvonly'

const directionFrom = (send: boolean, receive: boolean): SdpDirection =>
  send ? (receive ? 'sendrecv' : 'sendonly') : receive ? 'recvonly' : 'inactive'

/** The same stream seen from the other end. */
export const mirrored = (direction: SdpDirection): SdpDirection =>
  directionFrom(receives(direction), sends(direction))

/** What both allow (RFC 3264 §6.1). */
export const narrowed = (a: SdpDirection, b: SdpDirection): SdpDirection =>
  directionFrom(sends(a) && sends(b), receives(a) && receives(b))

/** RFC 3264 §8.4: a connection of all zeros, in any spelling of IPv4 or IPv6, is a hold of the old kind. */
export const isHeldAddress = (address: string): boolean =>
  address === '0.0.0.0' || (address.includes(':') && /^[0:]+(0\.0\.0\.0)?$/.test(address))

/** RFC 5771 and RFC 4291 §2.7: nobody talks to a group over the telephone. */
export const isMulticast = ({ addressType, address }: SdpConnection): boolean =>
  addressType === 'IP4' ? /^2(2[4-9]|3\d)\./.test(address) : /^ff[0-9a-f]{2}:/i.test(address)
