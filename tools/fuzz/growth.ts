import type { HeldMemory } from './held-memory.ts'

/** What control and worker held after each batch, in order. */
export type Weights = readonly { control: HeldMemory; worker: HeldMemory }[]

/** MB more after each batch, of objects and buffers, and in RAM; undefined while there are too few batches to tell. */
export type Growth = Record<'control' | 'worker', HeldMemory>

/** Batches from which a slope is read. */
const LEAST = 4

/**
 * MB per batch. A batch is 1,400 messages and datagrams besides its connections and calls: whoever kept one kB of each grows by 1.4.
 * Measured over batches 4 to 7 of a run: control 0.2, worker 0.05, less the longer it runs (code that is compiled, transactions
 * remembered for 32 s, counters). In RAM fragments of memory come and go: measured 0.4 and 0.1; what only libraries in C++ keep shows
 * there alone.
 */
const LIMITS: HeldMemory = { used: 1, resident: 4 }

/** How the later half of the batches grew: before it, compilers, pools and what is remembered for a while are filling. */
export function growthOf(weights: Weights): Growth | undefined {
  const later = weights.slice(Math.floor(weights.length / 2))
  if (later.length < LEAST) return undefined
  const of = (name: 'control' | 'worker'): HeldMemory => ({
    used: slope(later.map(weight => weight[name].used)),
    resident: slope(later.map(weight => weight[name].resident)),
  })
  return { control: of('control'), worker: of('worker') }
}

/** What grew more than batches explain, in words. */
export function judgeGrowth(growth: Growth | undefined): string[] {
  if (!growth) return []
  return (['control', 'worker'] as const).flatMap(name =>
    (['used', 'resident'] as const).flatMap(kind =>
      growth[name][kind] > LIMITS[kind]
        ? [`${name} grows by ${growth[name][kind].toFixed(1)} MB (${kind}) with each batch`]
        : [],
    ),
  )
}

/** The median of the slopes between all pairs (Theil and Sen): one batch that was heavier, or lighter, does not bend it. */
function slope(values: readonly number[]): number {
  const slopes = values.flatMap((value, at) =>
    values.slice(at + 1).map((later, further) => (later - value) / (further + 1)),
  )
  const sorted = slopes.toSorted((one, other) => one - other)
  const middle = sorted.length / 2
  return (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle) - 1]!) / 2
}
