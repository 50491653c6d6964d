type Timer = { name: string; at: number; order: number; run: () => void }

/** A clock that moves only when told, with timers by name: what the shells of pure machines need of time. */
export type TestClock = {
  /** ms since the clock was made, plus `startAt`. */
  now(): number
  /** One-shot timer, in ms from now. A running one of that name is replaced. */
  start(name: string, ms: number, run: () => void): void
  /** Stops a timer; a dead one does nothing. */
  stop(name: string): void
  /** Moves on by `ms`, firing what becomes due in its order, at its own time. */
  advance(ms: number): void
  /** Moves on to the next timer and fires it. False when none is running. */
  advanceToNext(): boolean
  /** Names of the running timers, the next one first. */
  running(): string[]
}

/** @param startAt what `now` says in the beginning, ms */
export function createTestClock(startAt = 0): TestClock {
  let now = startAt
  let order = 0
  const timers = new Map<string, Timer>()
  const sorted = () => [...timers.values()].sort((a, b) => a.at - b.at || a.order - b.order)

  function fire(timer: Timer): void {
    timers.delete(timer.name)
    now = timer.at
    timer.run()
  }

  return {
    now: () => now,
    start(name, ms, run) {
      timers.set(name, { name, at: now + ms, order: order++, run })
    },
    stop: name => void timers.delete(name),
    advance(ms) {
      const until = now + ms
      // Looked up anew each time: a timer may start or stop others.
      for (let next = sorted()[0]; next !== undefined && next.at <= until; next = sorted()[0]) fire(next)
      now = until
    },
    advanceToNext() {
      const next = sorted()[0]
      if (next === undefined) return false
      fire(next)
      return true
    },
    running: () => sorted().map(timer => timer.name),
  }
}
