import type { Time } from './time.ts'

/** A clock for tests: it stands still until it is told to advance, and runs what falls due on the way, in order. */
export function createTestTime(start = 1_000_000): Time & { advance(ms: number): Promise<void> } {
  let now = start
  let due: { at: number; action: () => void }[] = []
  const settle = () => new Promise<void>(resolve => setImmediate(resolve))
  return {
    now: () => now,
    after: (ms, action) => {
      const entry = { at: now + ms, action }
      due.push(entry)
      return () => {
        due = due.filter(other => other !== entry)
      }
    },
    advance: async ms => {
      const end = now + ms
      await settle()
      for (;;) {
        const next = due.filter(entry => entry.at <= end).sort((a, b) => a.at - b.at)[0]
        if (!next) break
        due = due.filter(entry => entry !== next)
        now = next.at
        next.action()
        await settle()
      }
      now = end
    },
  }
}
