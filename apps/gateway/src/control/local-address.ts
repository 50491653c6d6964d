import { networkInterfaces } from 'node:os'

/** Which of our addresses a peer can reach, for SDP and Contact: the public one, except for peers on this machine. */
export function createAddressFor(order: { publicIp: string | undefined; host: string }) {
  const wildcard = order.host === '0.0.0.0' || order.host === '::'
  return (peer: string): string => {
    if (!wildcard) return order.publicIp ?? order.host
    if (peer.startsWith('127.')) return '127.0.0.1'
    if (peer === '::1') return '::1'
    return order.publicIp ?? firstAddress(peer.includes(':') ? 'IPv6' : 'IPv4') ?? '127.0.0.1'
  }
}

function firstAddress(family: 'IPv4' | 'IPv6'): string | undefined {
  const all = Object.values(networkInterfaces()).flatMap(addresses => addresses ?? [])
  return all.find(a => a.family === family && !a.internal && !a.address.startsWith('fe80:'))?.address
}
