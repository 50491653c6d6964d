import { BlockList, isIP, isIPv6 } from 'node:net'

export type TrunkRow = {
  id: string
  organization: string
  /** CIDR ranges. */
  addresses: string[]
  anyLoopback: boolean
}

type Range<T> = { trunk: T; bits: number; list: BlockList }

const families = { 4: 'ipv4', 6: 'ipv6' } as const

/**
 * Whose address it is: the narrowest range that holds it decides (of two alike, the first trunk), and only then the trunk
 * that takes this machine's own calls (the demo's). What is no range holds nothing.
 */
export function createTrunkMatch<T extends TrunkRow>(
  trunks: readonly T[],
): (address: string) => T | undefined {
  const own = trunks.find(trunk => trunk.anyLoopback)
  const ranges = [...trunks.flatMap(trunk => trunk.addresses.flatMap(text => rangeOf(trunk, text)))].sort(
    (one, other) => other.bits - one.bits,
  )
  const loopback = own ? ['127.0.0.0/8', '::1/128'].flatMap(text => rangeOf(own, text)) : []
  return address => {
    // A link-local address names the interface it came by (RFC 4007 §11); that is no part of the address.
    const plain = address.split('%')[0] ?? ''
    const family = isIP(plain)
    if (family !== 4 && family !== 6) return undefined
    return [...ranges, ...loopback].find(({ list }) => list.check(plain, families[family]))?.trunk
  }
}

function rangeOf<T>(trunk: T, text: string): Range<T>[] {
  const [network = '', length] = text.split('/')
  const width = isIPv6(network) ? 128 : 32
  const bits = length === undefined ? width : Number(length)
  if (isIP(network) === 0 || !Number.isInteger(bits) || bits < 0 || bits > width) return []
  const list = new BlockList()
  list.addSubnet(network, bits, width === 128 ? 'ipv6' : 'ipv4')
  return [{ trunk, bits, list }]
}
