const sliceMs = 50
const warmUpSlices = 4

/**
 * How often each of several synchronous things can be done per second. They take turns, so that what else the machine does meets all
 * of them alike; the median of the slices counts. `ms`: for each, the warm-up not counted.
 */
export function ratesPerSecond(ms: number, runs: readonly (() => void)[]): number[] {
  const slices = Math.max(1, Math.round(ms / sliceMs))
  const rates = runs.map((): number[] => [])
  for (let slice = -warmUpSlices; slice < slices; slice++) {
    for (const [index, run] of runs.entries()) {
      const rate = rateOfSlice(run)
      if (slice >= 0) rates[index]?.push(rate)
    }
  }
  return rates.map(median)
}

export const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN

function rateOfSlice(run: () => void): number {
  const startedAt = performance.now()
  let runs = 0
  let tookMs = 0
  while (tookMs < sliceMs) {
    for (let again = 0; again < 20; again++) run()
    runs += 20
    tookMs = performance.now() - startedAt
  }
  return (runs * 1000) / tookMs
}
