import type { TrunkRow } from './trunk-match.rules.ts'

/**
 * Whose address it is, counting those where a registration was taken: a carrier that knows us by one sends its calls from there.
 * An address that a trunk names is that trunk's first; what takes this machine's own calls, whosever they are, comes last.
 * `registrarOf`: the id of the trunk that is registered there.
 */
export function withRegistrars<T extends Pick<TrunkRow, 'id' | 'anyLoopback'>>(of: {
  match: (address: string) => T | undefined
  trunks: readonly T[]
  registrarOf: (address: string) => string | undefined
}): (address: string) => T | undefined {
  const { match, registrarOf } = of
  const byId = new Map(of.trunks.map(trunk => [trunk.id, trunk]))
  return address => {
    const named = match(address)
    if (named && !named.anyLoopback) return named
    return byId.get(registrarOf(address) ?? '') ?? named
  }
}
