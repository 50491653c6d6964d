import { isIPv6 } from 'node:net'
import { networkInterfaces } from 'node:os'
import type { Config } from '../config/index.ts'

type Family = 'IPv4' | 'IPv6'

const familyOf = (address: string): Family => (isIPv6(address) ? 'IPv6' : 'IPv4')

/** Those that were set, the usual one first. */
export const publicIpsOf = (config: Pick<Config, 'publicIp' | 'publicIpv6'>): string[] =>
  [config.publicIp, config.publicIpv6].flatMap(address => address ?? [])

/**
 * Which of our addresses a peer can reach, for SDP, Via and Contact: a public one, except for peers on this machine. One of the
 * peer's version of IP, where there is one; otherwise of the other.
 */
export function createAddressFor(order: { publicIps: readonly string[]; host: string }) {
  const isWildcard = order.host === '0.0.0.0' || order.host === '::'
  return (peer: string): string => {
    if (isWildcard && peer.startsWith('127.')) return '127.0.0.1'
    if (isWildcard && peer === '::1') return '::1'
    const named = isWildcard ? order.publicIps : order.publicIps.length > 0 ? order.publicIps : [order.host]
    const ours = named.length > 0 ? named.filter(isServed) : firstAddresses()
    return ours.find(address => familyOf(address) === familyOf(peer)) ?? ours[0] ?? '127.0.0.1'
  }
}

const ownAddresses = () => Object.values(networkInterfaces()).flatMap(addresses => addresses ?? [])

/** A machine without IPv6 takes nothing that is sent to a public IPv6 address. */
const isServed = (address: string): boolean =>
  familyOf(address) === 'IPv4' || ownAddresses().some(({ family }) => family === 'IPv6')

/** One of each version of IP, the usual one first. */
function firstAddresses(): string[] {
  const all = ownAddresses().filter(({ internal, address }) => !internal && !address.startsWith('fe80:'))
  return (['IPv4', 'IPv6'] as const).flatMap(
    version => all.find(({ family }) => family === version)?.address ?? [],
  )
}
