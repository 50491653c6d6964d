/**
 * Whose address it is, counting those where a registration was taken: a carrier that knows us by one sends its calls from there.
 * An address that a trunk names is that trunk's first. `registrarOf`: the id of the trunk that is registered there.
 */
export function withRegistrars<T extends { id: string }>(of: {
  match: (address: string) => T | undefined
  trunks: readonly T[]
  registrarOf: (address: string) => string | undefined
}): (address: string) => T | undefined {
  const { match, registrarOf } = of
  const byId = new Map(of.trunks.map(trunk => [trunk.id, trunk]))
  return address => match(address) ?? byId.get(registrarOf(address) ?? '')
}
