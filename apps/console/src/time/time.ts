/** The clock and the timers, handed to everything that waits. */
export interface Time {
  /** ms since the epoch, by this computer's clock. */
  now(): number
  /** Runs `action` once after `ms`. Returns the cancellation. */
  after(ms: number, action: () => void): () => void
}

export const browserTime: Time = {
  now: () => Date.now(),
  after: (ms, action) => {
    const timer = setTimeout(action, ms)
    return () => clearTimeout(timer)
  },
}

/** Runs `action` again and again, `ms` apart, until the returned function is called. */
export function every(args: { time: Time; ms: number; action: () => void }): () => void {
  let cancel = args.time.after(args.ms, tick)
  function tick(): void {
    cancel = args.time.after(args.ms, tick)
    args.action()
  }
  return () => cancel()
}
