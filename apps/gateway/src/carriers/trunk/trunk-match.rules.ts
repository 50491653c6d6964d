import { BlockList, isIPv4 } from 'node:net'

export type TrunkRow = { id: string; organization: string; addresses: string[]; anyLoopback: boolean }

/** Whose address it is: exact ranges first, then the trunk that takes this machine's own calls (the demo's). */
export function matchTrunk(trunks: readonly TrunkRow[], address: string): TrunkRow | undefined {
  return trunks.find(trunk => contains(trunk.addresses, address)) ?? loopbackTrunk(trunks, address)
}

function loopbackTrunk(trunks: readonly TrunkRow[], address: string): TrunkRow | undefined {
  const isLoopback = contains(['127.0.0.0/8', '::1/128'], address)
  return isLoopback ? trunks.find(trunk => trunk.anyLoopback) : undefined
}

function contains(ranges: readonly string[], address: string): boolean {
  const list = new BlockList()
  for (const range of ranges) {
    const [network = '', bits] = range.split('/')
    const family = isIPv4(network) ? 'ipv4' : 'ipv6'
    list.addSubnet(network, bits === undefined ? (family === 'ipv4' ? 32 : 128) : Number(bits), family)
  }
  return list.check(address, isIPv4(address) ? 'ipv4' : 'ipv6')
}
