import type { Clock } from '../clock.port.ts'

export type TestClock = Clock & {
  /** Lets `ms` pass; due timers fire in the order of their times, and what they set off is awaited. */
  advance(ms: number): Promise<void>
  /** How many timers run. */
  running(): number
}

/** A clock that stands still until it is moved. */
export function createTestClock(start = 1_700_000_000_000): TestClock {
  let now = start
  const timers = new Set<{ at: number; due: () => void }>()

  function next(until: number) {
    return [...timers].filter(t => t.at <= until).sort((a, b) => a.at - b.at)[0]
  }

  return {
    now: () => now,
    at(at, due) {
      const timer = { at, due }
      timers.add(timer)
      return () => void timers.delete(timer)
    },
    async advance(ms) {
      const until = now + ms
      await settled()
      for (let timer = next(until); timer; timer = next(until)) {
        timers.delete(timer)
        now = Math.max(now, timer.at)
        timer.due()
        await settled()
      }
      now = until
      await settled()
    },
    running: () => timers.size,
  }
}

/** Everything that waits for nothing but promises is done. */
export function settled(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve))
}
