import { limits } from './limits.rules.ts'
import type { Clock, Trunk } from './sip.port.ts'
import { TrunkRates } from './trunk-rates.ts'

/** An INVITE on its way into the journal: it counts as a call until it is a leg, which counts by itself. */
type Arriving = { readonly trunk: Trunk; readonly isLeg: boolean }

/** What trunks carry now, calls in both directions, against what they may carry and what we can. */
export class TrunkLoad {
  readonly #rates: TrunkRates
  readonly #arriving = new Set<Arriving>()
  readonly #callsOf = new Map<string, number>()
  #calls = 0

  constructor(clock: Pick<Clock, 'now'>) {
    this.#rates = new TrunkRates(clock)
  }

  /** Whether one more call would be too much now. */
  isFull(trunk: Trunk): boolean {
    if (this.#calls >= limits.legs || this.#arriving.size >= limits.arrivals) return true
    if (this.#rates.isFull(trunk)) return true
    let ofTrunk = 0
    let notYetLegs = 0
    for (const other of this.#arriving) {
      if (other.trunk.id !== trunk.id) continue
      ofTrunk += 1
      if (!other.isLeg) notYetLegs += 1
    }
    const calls = this.callsOf(trunk.id) + notYetLegs
    return ofTrunk >= limits.arrivalsOfTrunk || calls >= trunk.settings.limits.calls
  }

  /** A call begins: it counts towards what its trunk may take in a second. */
  begin(trunk: Trunk): void {
    this.#rates.take(trunk)
  }

  /** A call that begins, on its way until `arrived`. What it says of itself may change meanwhile. */
  arrive(arriving: Arriving): void {
    this.begin(arriving.trunk)
    this.#arriving.add(arriving)
  }

  arrived(arriving: Arriving): void {
    this.#arriving.delete(arriving)
  }

  /** A leg is there; one of a gateway older than trunks' settings knows none. */
  enter(trunk: string | undefined): void {
    this.#count(trunk, 1)
  }

  leave(trunk: string | undefined): void {
    this.#count(trunk, -1)
  }

  /** Calls of this trunk that are there. */
  callsOf(trunk: string): number {
    return this.#callsOf.get(trunk) ?? 0
  }

  #count(trunk: string | undefined, more: 1 | -1): void {
    this.#calls += more
    if (trunk === undefined) return
    const calls = this.callsOf(trunk) + more
    if (calls > 0) this.#callsOf.set(trunk, calls)
    else this.#callsOf.delete(trunk)
  }
}
