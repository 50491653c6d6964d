import type { LayerPorts } from '@ringdown/sip'
import type { Clock } from './sip.port.ts'

/** The timers of a transaction layer. */
export function createTimers(clock: Clock, onFired: (timer: string) => void) {
  const running = new Map<string, () => void>()
  let isOpen = true

  function stop(timer: string): void {
    running.get(timer)?.()
    running.delete(timer)
  }

  const timers: LayerPorts['timers'] = {
    start(timer, ms) {
      stop(timer)
      if (!isOpen) return
      const cancel = clock.after(ms, () => {
        running.delete(timer)
        onFired(timer)
      })
      running.set(timer, cancel)
    },
    stop,
  }
  return {
    ...timers,
    close(): void {
      isOpen = false
      for (const timer of [...running.keys()]) stop(timer)
    },
  }
}
