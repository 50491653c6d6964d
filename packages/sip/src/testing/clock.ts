/** A clock for tests: timers fire in order of their time, only when time is moved. */
export function createTestClock(fire: (timer: string) => void) {
  const timers = new Map<string, number>()
  let now = 0
  return {
    timers: {
      start: (timer: string, ms: number): void => void timers.set(timer, now + ms),
      stop: (timer: string): void => void timers.delete(timer),
    },
    now: () => now,
    running: () => [...timers.keys()].map(timer => timer.slice(timer.lastIndexOf('#') + 1)).toSorted(),
    advance(ms: number): void {
      const until = now + ms
      for (;;) {
        const [next] = [...timers].toSorted((a, b) => a[1] - b[1])
        if (next === undefined || next[1] > until) break
        timers.delete(next[0])
        now = next[1]
        fire(next[0])
      }
      now = until
    },
  }
}
