import type { Launch } from './child.port.ts'
import { identify, signal, waitUntilGone } from './process-identity.ts'

export type RunningDatabase = {
  /** Process id of the server (its first process). */
  pid: number
  stop(): Promise<void>
}

/** ms from an immediate shutdown, PostgreSQL's last polite one, to SIGKILL. */
const untilKilled = 3_000

/**
 * PostgreSQL as a child. It runs in a session of its own and is watched by its process id every `watchEvery` ms, so
 * that it looks the same whether a shell around it (`unshare`, another user) started it or we did.
 */
export function launchDatabase(args: { start: () => Promise<RunningDatabase>; watchEvery: number }): Launch {
  return events => {
    let pid: number | undefined
    const started = args.start()
    const watch = async () => {
      const server = await started
      const identity = identify(server.pid)
      if (!identity) throw new Error('it ended while it was starting')
      pid = server.pid
      events.ready()
      await waitUntilGone(identity, { within: Number.POSITIVE_INFINITY, every: args.watchEvery })
      return 'its process ended'
    }
    watch().then(events.exited, (error: Error) => events.exited(error.message))
    return {
      get pid() {
        return pid
      },
      drain: () => undefined,
      end: () => void started.then(server => server.stop()).catch(() => undefined),
      kill: () => void started.then(server => endAtOnce(server.pid)).catch(() => undefined),
      hand: (_message, socket) => void socket.destroy(),
    }
  }
}

async function endAtOnce(pid: number): Promise<void> {
  const identity = identify(pid)
  if (!identity) return
  signal(identity, 'SIGQUIT')
  if (!(await waitUntilGone(identity, { within: untilKilled }))) signal(identity, 'SIGKILL')
}
