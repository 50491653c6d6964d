import { setTimeout as wait } from 'node:timers/promises'

const lookMs = 10
/** A look that comes so much late was kept by a machine that stood still. ms */
const stallMs = 50
/** Beginning anew so often is enough: from then on what is, is judged. */
const mostTries = 3

/**
 * Lets `settleMs` and then `ms` pass, and gives from when to when the latter were (ms of `performance.now()`). They begin anew when the
 * machine stood still meanwhile, as far as this process sees it: every browser and telephone beside it did, too, and sound that is
 * compared wave by wave shows that.
 */
export async function undisturbed(order: {
  ms: number
  settleMs: number
}): Promise<{ from: number; until: number }> {
  const { ms, settleMs } = order
  for (let tries = 1; ; tries++) {
    const from = performance.now() + settleMs
    const until = from + ms
    if (tries === mostTries) await wait(until - performance.now())
    else if (await standsStill(until)) continue
    return { from, until }
  }
}

/** Resolves at `until`, or at once after a stall: whether there was one. */
async function standsStill(until: number): Promise<boolean> {
  for (let lookedAt = performance.now(); lookedAt < until; ) {
    await wait(lookMs)
    const now = performance.now()
    if (now - lookedAt > lookMs + stallMs) return true
    lookedAt = now
  }
  return false
}
