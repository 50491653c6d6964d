import type { Clock } from '../sip.port.ts'

/** A clock whose timers can all be stopped; from then on it starts none. */
export function createStoppableClock(clock: Clock): Clock & { stop(): void } {
  const running = new Set<() => void>()
  let isStopped = false
  return {
    now: () => clock.now(),
    after(ms, run) {
      if (isStopped) return () => {}
      const cancel = clock.after(ms, () => {
        running.delete(end)
        run()
      })
      function end(): void {
        running.delete(end)
        cancel()
      }
      running.add(end)
      return end
    },
    stop() {
      isStopped = true
      for (const end of [...running]) end()
    },
  }
}
