import type { Clock } from './sip.port.ts'

/** Waits until nothing is under way towards the far ends. */
export function createQuiet(clock: Clock, isQuiet: () => boolean) {
  const waiting = new Set<() => void>()

  return {
    /** Something changed. */
    look(): void {
      if (waiting.size > 0 && isQuiet()) for (const done of [...waiting]) done()
    },
    within(limitMs: number): Promise<void> {
      if (isQuiet()) return Promise.resolve()
      return new Promise(resolve => {
        const stop = clock.after(limitMs, done)
        function done(): void {
          stop()
          waiting.delete(done)
          resolve()
        }
        waiting.add(done)
      })
    },
  }
}
