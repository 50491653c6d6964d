import { BlockList, isIP, isIPv6 } from 'node:net'

export type TrunkRow = {
  id: string
  organization: string
  /** CIDR ranges. */
  addresses: string[]
  anyLoopback: boolean
}

type Range<T> = { trunk: T; bits: number; list: BlockList }

type Family = 'ipv4' | 'ipv6'

const families = { 4: 'ipv4', 6: 'ipv6' } as const

const thisMachine = ['127.0.0.0/8', '::1/128'] as const

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
  const loopback = own ? thisMachine.flatMap(text => rangeOf(own, text)) : []
  return address => {
    const asked = readAddress(address)
    return asked && [...ranges, ...loopback].find(({ list }) => list.check(...asked))?.trunk
  }
}

/** Whether any trunk holds an address: one look, however many ranges there are. */
export function createTrunkHold(trunks: readonly TrunkRow[]): (address: string) => boolean {
  const list = new BlockList()
  const texts = trunks.flatMap(({ addresses, anyLoopback }) => [
    ...addresses,
    ...(anyLoopback ? thisMachine : []),
  ])
  for (const text of texts) {
    const subnet = readSubnet(text)
    if (subnet) list.addSubnet(...subnet)
  }
  return address => {
    const asked = readAddress(address)
    return asked !== undefined && list.check(...asked)
  }
}

function readAddress(address: string): [string, Family] | undefined {
  // A link-local address names the interface it came by (RFC 4007 §11); that is no part of the address.
  const plain = address.split('%')[0] ?? ''
  const family = isIP(plain)
  return family === 4 || family === 6 ? [plain, families[family]] : undefined
}

function rangeOf<T>(trunk: T, text: string): Range<T>[] {
  const subnet = readSubnet(text)
  if (!subnet) return []
  const list = new BlockList()
  list.addSubnet(...subnet)
  return [{ trunk, bits: subnet[1], list }]
}

function readSubnet(text: string): [string, number, Family] | undefined {
  const [network = '', length] = text.split('/')
  const width = isIPv6(network) ? 128 : 32
  const bits = length === undefined ? width : Number(length)
  if (isIP(network) === 0 || !Number.isInteger(bits) || bits < 0 || bits > width) return undefined
  return [network, bits, width === 128 ? 'ipv6' : 'ipv4']
}
