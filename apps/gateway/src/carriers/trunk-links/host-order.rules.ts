import type { HostHealth, TrunkHost } from '@ringdown/contract'
import { hostLabel } from './trunk-requests.rules.ts'

/** Hosts as calls should try them: those that do not answer health checks last, each part in its order. None is left out. */
export function downLast(hosts: readonly TrunkHost[], health: readonly HostHealth[]): TrunkHost[] {
  const down = new Set(health.flatMap(({ host, state }) => (state === 'down' ? [host] : [])))
  const isDown = (host: TrunkHost) => down.has(hostLabel(host))
  return [...hosts.filter(host => !isDown(host)), ...hosts.filter(isDown)]
}
