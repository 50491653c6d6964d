/** The line before a role's connections: who came first goes first. */
export interface Turns {
  /**
   * Resolves with the function that ends the turn, once one of the places is free.
   *
   * @throws the order's `late` after `patienceMs` in line, or the error that the line was sent home with.
   */
  take(): Promise<() => void>
  /** Nobody else can be let in now. */
  readonly areTaken: boolean
  /** Sends everybody in line home: what they wait for is not there. Turns that were taken go on. */
  sendHome(error: Error): void
}

type Waiting = { go(): void; leave(error: Error): void }

/**
 * Waiting for a turn and connecting are different things: who waits learns that the others are slow, who connects learns
 * whether the database is there. pg's own pool gives both the same time limit and the same error.
 */
export function createTurns(order: { places: number; patienceMs: number; late: () => Error }): Turns {
  const line = new Set<Waiting>()
  let free = order.places

  function end() {
    const next = line.values().next().value
    if (next) next.go()
    else free += 1
  }

  /** A turn ends once, however often that is said. */
  function turn(): () => void {
    let isOver = false
    return () => {
      if (isOver) return
      isOver = true
      end()
    }
  }

  return {
    take() {
      if (free > 0) {
        free -= 1
        return Promise.resolve(turn())
      }
      return new Promise((resolve, reject) => {
        const waiting: Waiting = {
          go() {
            clearTimeout(timer)
            line.delete(waiting)
            resolve(turn())
          },
          leave(error) {
            clearTimeout(timer)
            line.delete(waiting)
            reject(error)
          },
        }
        const timer = setTimeout(() => waiting.leave(order.late()), order.patienceMs)
        line.add(waiting)
      })
    },
    get areTaken() {
      return free === 0
    },
    sendHome(error) {
      for (const waiting of [...line]) waiting.leave(error)
    },
  }
}
