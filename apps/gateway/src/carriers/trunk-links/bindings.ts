import type { LinkClock } from './trunk-links.port.ts'

/** A host keeps us registered: until then (ms since the epoch) it sends calls from this address. `host` as people see it. */
export type Binding = { trunk: string; host: string; address: string; until: number }

/** Outlives control: a host does not ask whether we were restarted. */
export interface BindingStore {
  /** What was written last; nothing where that cannot be read. */
  read(): readonly Binding[]
  /** Never throws. */
  write(bindings: readonly Binding[]): void
}

type Place = Pick<Binding, 'trunk' | 'host'>

const isAt = (one: Place, other: Place): boolean => one.trunk === other.trunk && one.host === other.host

/** Where we are registered, by what hosts have said to us or to a control before us. */
export function createBindings(store: BindingStore, clock: Pick<LinkClock, 'now'>) {
  let bindings = store.read()

  function keep(kept: readonly Binding[]): void {
    bindings = kept
    store.write(bindings)
  }

  return {
    /** What a host says now. undefined: it does not keep us. */
    set(place: Place, bound: Pick<Binding, 'address' | 'until'> | undefined): void {
      const others = bindings.filter(one => !isAt(one, place))
      if (bound) keep([...others, { ...place, ...bound }])
      else if (others.length < bindings.length) keep(others)
    },
    /** Forgets all that are at none of these. */
    retain(places: readonly Place[]): void {
      const left = bindings.filter(one => places.some(place => isAt(one, place)))
      if (left.length < bindings.length) keep(left)
    },
    /** The trunk that is registered at a host with this address. */
    trunkAt: (address: string): string | undefined =>
      bindings.find(one => one.address === address && clock.now() < one.until)?.trunk,
  }
}

export type Bindings = ReturnType<typeof createBindings>
