/** Timers by name, as layers and agents of a telephone want them. */
export type NamedTimers = ReturnType<typeof openNamedTimers>

export function openNamedTimers() {
  const running = new Set<NodeJS.Timeout>()
  return {
    /** Of one owner, whose names are its own. */
    of(fired: (name: string) => void) {
      const timers = new Map<string, NodeJS.Timeout>()
      const stop = (name: string) => {
        const timer = timers.get(name)
        if (!timer) return
        clearTimeout(timer)
        running.delete(timer)
      }
      return {
        start(name: string, ms: number): void {
          stop(name)
          const timer = setTimeout(() => {
            running.delete(timer)
            fired(name)
          }, ms)
          timers.set(name, timer)
          running.add(timer)
        },
        stop,
      }
    },
    stopAll(): void {
      for (const timer of running) clearTimeout(timer)
    },
  }
}
