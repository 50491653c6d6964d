import type { Launch } from './child.port.ts'
import { identify, signal, waitUntilGone } from './process-identity.ts'

export type RunningDatabase = {
  /** Process id of the server (its first process). */
  pid: number
  /** Resolves when the server is gone, whoever ended it. */
  ended: Promise<void>
  stop(): Promise<void>
}

/** ms from an immediate shutdown, PostgreSQL's last polite one, to SIGKILL. */
const untilKilled = 3_000

/** PostgreSQL as a child: it lives in a session of its own and may have been started by a supervisor before us. */
export function launchDatabase(start: () => Promise<RunningDatabase>): Launch {
  return events => {
    let pid: number | undefined
    const started = start()
    const watch = async () => {
      const server = await started
      pid = server.pid
      events.ready()
      await server.ended
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
