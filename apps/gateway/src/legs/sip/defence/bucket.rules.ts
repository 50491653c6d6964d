/** How much is let through: `burst` at once, `perSecond` on the long run. */
export type Rate = { readonly perSecond: number; readonly burst: number }

/** A bucket, as the time at which it will be full again, ms since the epoch (the generic cell rate algorithm, ITU-T I.371 Annex A). */
export type FullAt = number

/** The bucket after one more was taken; undefined when there is none in it. */
export function takeOne(fullAt: FullAt, now: number, { perSecond, burst }: Rate): FullAt | undefined {
  const interval = 1_000 / perSecond
  const next = Math.max(fullAt, now) + interval
  return next - now > burst * interval ? undefined : next
}
