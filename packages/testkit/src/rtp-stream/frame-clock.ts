const listeners = new Set<(now: number) => void>()
let timer: NodeJS.Timeout | undefined

// Shorter than half a frame: a frame is never more than a fifth of its length late.
const TICK_MS = 4

/**
 * Calls back every few ms, from one timer for all streams of the process: sixty peers cost no more wake-ups than one.
 *
 * @returns stops it
 */
export function onFrameClock(listener: (now: number) => void): () => void {
  listeners.add(listener)
  timer ??= setInterval(() => {
    const now = performance.now()
    for (const each of listeners) each(now)
  }, TICK_MS)
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    clearInterval(timer)
    timer = undefined
  }
}
