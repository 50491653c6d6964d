/** The first wait after a failure, and the longest. ms */
const firstMs = 1_000
const longestMs = 300_000

/** A host that said no for good is asked again this seldom: somebody may have mended the account. ms */
const slowMs = 600_000

/** A host may ask for patience (RFC 3261 §20.33), but not for ever. ms */
const patienceMs = 3_600_000

/** Not all trunks of all gateways at the same moment: up to a quarter sooner. `random`: 0 up to, not including, 1. */
const spread = (ms: number, random: number): number => Math.round(ms * (1 - 0.25 * random))

/** 1, 2, 4 … 300 s after so many failures in a row, with jitter, and no sooner than the host asked for. */
export function retryMs(of: {
  failures: number
  isFinal: boolean
  retryAfterS: number | undefined
  random: number
}): number {
  const exponent = Math.min(of.failures - 1, 16)
  const wait = of.isFinal ? slowMs : Math.min(firstMs * 2 ** exponent, longestMs)
  const asked = Math.min((of.retryAfterS ?? 0) * 1_000, patienceMs)
  return Math.max(spread(wait, of.random), asked)
}

/** A registration is renewed when about half of it is over, so that a lost answer leaves time for another try. */
export const refreshMs = (grantedS: number, random: number): number =>
  Math.max(Math.round(grantedS * 1_000 * (0.5 - 0.1 * random)), 1_000)

/** Health checks of many hosts do not fall into step. */
export const nextCheckMs = (everyS: number, random: number): number =>
  Math.round(everyS * 1_000 * (0.9 + 0.2 * random))
