import { isIPv4, isIPv6, SocketAddress } from 'node:net'

/**
 * An address of a description as sockets spell it, so that packets from there are known by it; an IPv4 one in IPv6 clothes
 * (RFC 4291 §2.5.5.2) in its own. Undefined: audio cannot be sent there.
 */
export function plainAddress(text: string): string | undefined {
  if (isIPv4(text)) return text
  // A name would have to be looked up for every packet's sake; no telephone writes one.
  if (!isIPv6(text)) return undefined
  const { address } = new SocketAddress({ address: text, family: 'ipv6' })
  // RFC 4007 §6: on which link such a one is, a description cannot say.
  if (/^fe[89ab]/.test(address)) return undefined
  const inner = address.replace(/^::ffff:/, '')
  return isIPv4(inner) ? inner : address
}

/** RFC 3264 §8.4: a hold of the old kind names no address. */
export const isNowhere = (address: string): boolean => address === '0.0.0.0' || address === '::'

export const isSameVersion = (one: string, other: string): boolean => isIPv6(one) === isIPv6(other)

/**
 * Our address that audio from `remote` can be sent to: `own`, which the far end of the signalling reaches, or another of ours
 * where that is of the other version of IP. Undefined: we have none.
 */
export function ownAddressFor(
  remote: string,
  { own, addressFor }: { own: string; addressFor(peer: string): string },
): string | undefined {
  return [own, addressFor(remote)].find(address => isSameVersion(address, remote))
}
