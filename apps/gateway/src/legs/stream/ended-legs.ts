import type { LegId } from '../leg.port.ts'

/** How many ended legs are remembered: far more than end while a carrier still retries. */
const remembered = 5_000

export type CarrierEnd = 'far end hung up' | 'carrier ended'

/**
 * Legs that ended lately, the oldest forgotten first. A carrier's word about a leg that is not restored yet
 * (`cause`) is kept until it is.
 */
export function createEndedLegs() {
  const legs = new Map<LegId, CarrierEnd | null>()
  return {
    add(leg: LegId, cause: CarrierEnd | null = null) {
      legs.set(leg, cause)
      if (legs.size <= remembered) return
      for (const oldest of legs.keys()) {
        legs.delete(oldest)
        break
      }
    },
    has: (leg: LegId) => legs.has(leg),
    causeOf: (leg: LegId) => legs.get(leg) ?? null,
  }
}
