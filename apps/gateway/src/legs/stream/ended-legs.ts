import type { LegId } from '../leg.port.ts'

/** How many ended legs are remembered: far more than end while a carrier still retries. */
const remembered = 5_000

/** Legs that ended lately, the oldest forgotten first. */
export function createEndedLegs() {
  const legs = new Set<LegId>()
  return {
    add(leg: LegId) {
      legs.add(leg)
      if (legs.size <= remembered) return
      for (const oldest of legs) {
        legs.delete(oldest)
        break
      }
    },
    has: (leg: LegId) => legs.has(leg),
  }
}
