/** ms between two questions to a database that is away. */
const probeInterval = 200

export type Watch = {
  isAway(): boolean
  succeeded(): void
  failed(): void
  subscribe(listener: (away: boolean) => void): () => void
  stop(): void
}

/** Keeps the one bit "away", and asks again by itself while it is set. */
export function createWatch(probe: () => Promise<unknown>): Watch {
  const listeners = new Set<(away: boolean) => void>()
  let away = false
  let stopped = false
  let timer: NodeJS.Timeout | undefined
  const change = (to: boolean) => {
    if (away === to) return
    away = to
    if (away) askAgain()
    for (const listener of listeners) listener(away)
  }
  const askAgain = () => {
    clearTimeout(timer)
    if (stopped) return
    timer = setTimeout(() => {
      probe().catch(() => {
        if (away) askAgain()
      })
    }, probeInterval)
    timer.unref()
  }
  return {
    isAway: () => away,
    succeeded: () => change(false),
    failed: () => change(true),
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    stop() {
      stopped = true
      clearTimeout(timer)
    },
  }
}
