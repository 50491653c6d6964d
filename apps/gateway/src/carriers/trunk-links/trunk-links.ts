import type { TrunkView } from '@ringdown/contract'
import { type BindingStore, createBindings } from './bindings.ts'
import { createTrunkLink, type TrunkLink } from './trunk-link.ts'
import type { LinkedTrunk, LinkNeeds, LinkObserver } from './trunk-links.port.ts'
import { hostLabel } from './trunk-requests.rules.ts'

export type TrunkLinksNeeds = LinkNeeds & {
  /** The trunks that are switched on. Rejects while they cannot be read. */
  trunks(): Promise<readonly LinkedTrunk[]>
  /** @throws when it does not open. */
  openPassword(order: { row: string; sealed: Uint8Array }): string
  observer: LinkObserver
  store: BindingStore
}

export type LinkStates = Pick<TrunkView['state'], 'registrations' | 'hosts'>

/** Changes that nobody told us of (another node's) are seen after this long, and what could not be read sooner. ms */
const rereadMs = 30_000
const retryReadMs = 5_000

/** What a link that is taken away has for its last word before the next one speaks. ms */
const lastWordMs = 2_000

/** The trunks' registrations and health checks: as many as there are trunks switched on, in memory alone. */
export function createTrunkLinks(needs: TrunkLinksNeeds) {
  const { clock } = needs
  const bindings = createBindings(needs.store, clock)
  const links = new Map<string, TrunkLink>()
  let reading: Promise<void> | undefined
  let isAgain = false
  let isStopped = false
  let stopTimer = () => {}

  /** However often it is asked for, one reading runs at a time, and the last asking is honoured. */
  function read(): Promise<void> {
    if (isStopped) return Promise.resolve()
    isAgain = reading !== undefined
    reading ??= readOnce().finally(() => {
      reading = undefined
      if (isAgain) void read()
    })
    return reading
  }

  async function readOnce(): Promise<void> {
    stopTimer()
    let next = rereadMs
    try {
      await apply(await needs.trunks())
    } catch {
      needs.observer.trouble('reading', null, 'the trunks cannot be read')
      next = retryReadMs
    }
    if (!isStopped) stopTimer = clock.after(next, () => void read())
  }

  /** What stayed the same goes on undisturbed: a trunk that is only renamed loses no call. */
  async function apply(trunks: readonly LinkedTrunk[]): Promise<void> {
    bindings.retain(trunks.flatMap(placesOf))
    const wanted = new Map(trunks.map(trunk => [keyOf(trunk), trunk]))
    const ending = [...links].filter(([key]) => !wanted.has(key))
    for (const [key] of ending) links.delete(key)
    // The same contact: what removes the old binding must not come after what makes the new one.
    await Promise.all(ending.map(([, link]) => link.stop(lastWordMs)))
    if (isStopped) return
    for (const [key, trunk] of wanted)
      if (!links.has(key)) links.set(key, createTrunkLink(trunk, bindings, needs))
  }

  return {
    /** Begins to register and to check. Resolves when the trunks were read once, or could not be. */
    start: read,
    /** A trunk was made, changed or removed. */
    changed: () => void read(),
    /** Takes every registration back. Resolves when the hosts have answered, or after `limitMs`. */
    async stop(limitMs: number): Promise<void> {
      isStopped = true
      stopTimer()
      const all = [...links.values()]
      links.clear()
      await Promise.all(all.map(link => link.stop(limitMs)))
    },
    stateOf(trunk: string): LinkStates {
      const link = [...links.values()].find(({ id }) => id === trunk)
      return link?.state() ?? { registrations: [], hosts: [] }
    },
    /** The trunk whose registrar this address is: of a host that took our REGISTER with a 2xx, while that stands. */
    registrarOf: (address: string): string | undefined => bindings.trunkAt(address),
    /** Of all trunks, for metrics. */
    all(): LinkStates {
      const states = [...links.values()].map(link => link.state())
      return {
        registrations: states.flatMap(({ registrations }) => registrations),
        hosts: states.flatMap(({ hosts }) => hosts),
      }
    },
  }
}

export type TrunkLinks = ReturnType<typeof createTrunkLinks>

/** Where a trunk is registered. */
const placesOf = ({ id, settings }: LinkedTrunk): { trunk: string; host: string }[] =>
  settings.registration ? settings.hosts.map(host => ({ trunk: id, host: hostLabel(host) })) : []

/** Everything that a link depends on; the password as it is sealed. */
function keyOf({ id, settings, sealedPassword }: LinkedTrunk): string {
  const { hosts, outboundProxy, registration, credentials, fromUser, fromDomain, healthCheckS } = settings
  const password = sealedPassword && Buffer.from(sealedPassword).toString('base64')
  return JSON.stringify([
    id,
    hosts,
    outboundProxy,
    registration,
    credentials,
    fromUser,
    fromDomain,
    healthCheckS,
    password,
  ])
}
