import type { Launch } from './child.port.ts'
import { endLeftovers } from './leftovers.ts'
import { openRunDirectory, takeDataDirectory } from './run-directory.ts'
import type { ChildName, Timing } from './supervision.state.ts'
import { Supervision, type SupervisionLog } from './supervision.ts'

/**
 * The supervisor's life, from taking the data directory to the end of the last child. Rejects with
 * {@link DataDirectoryTaken} when another supervisor has it.
 */
export async function runSupervisor(args: {
  dataDir: string
  launches: (runDirectory: string) => ReadonlyMap<ChildName, Launch>
  timing: Timing
  log: SupervisionLog
}): Promise<void> {
  const runDirectory = openRunDirectory(args.dataDir)
  const lock = await takeDataDirectory(args.dataDir)
  const ended = await endLeftovers(runDirectory, args.timing.patience)
  if (ended.length > 0) args.log.warn({ children: ended }, 'ended what a killed run had left behind')
  const supervision = new Supervision({
    launches: args.launches(runDirectory),
    runDirectory,
    timing: args.timing,
    log: args.log,
    onReady: () => {
      args.log.info({}, 'ready')
      tellParent()
    },
  })
  stopWhenAsked(() => supervision.stop())
  supervision.begin()
  // A detached database that is only looked at now and then does not keep this process alive.
  const vigil = setInterval(() => undefined, 60_000)
  await supervision.over
  clearInterval(vigil)
  lock.close()
}

/** `npm run demo` waits for this; under systemd or Docker nobody listens. */
function tellParent(): void {
  if (process.connected) process.send?.({ type: 'ready' }, undefined, undefined, () => undefined)
}

function stopWhenAsked(stop: () => void): void {
  for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(name, stop)
  process.once('disconnect', stop)
  process.channel?.unref()
}
