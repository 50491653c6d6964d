import type { SdpDirection } from './session.ts'

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

/** RFC 3264 §8.4: a connection of all zeros is a hold of the old kind. */
export const isHeldAddress = (address: string): boolean => address === '0.0.0.0' || address === '::'
