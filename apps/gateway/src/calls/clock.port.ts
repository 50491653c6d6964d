/** Time and timers, so that tests need not wait. */
export interface Clock {
  /** ms since the epoch. */
  now(): number
  /** Calls `due` at `at` (ms since the epoch), or at once when that is past. Returns how to cancel. */
  at(at: number, due: () => void): () => void
}

/** setTimeout's longest delay; a later moment is reached in several steps. */
const longestDelay = 2 ** 31 - 1

export const systemClock: Clock = {
  now: () => Date.now(),
  at(at, due) {
    let timer: ReturnType<typeof setTimeout>
    const arm = () => {
      const rest = Math.max(0, at - Date.now())
      timer = setTimeout(rest > longestDelay ? arm : due, Math.min(rest, longestDelay))
    }
    arm()
    return () => clearTimeout(timer)
  },
}
