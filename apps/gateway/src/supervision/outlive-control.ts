import { readChildrenRecord } from './children-record.ts'
import { endProcess } from './leftovers.ts'
import { waitUntilGone } from './process-identity.ts'

/**
 * Loaded before a media worker's own program. When the supervisor was killed, the worker stays until control has
 * ended its calls, then ends too; a database that control could not end (it had died itself) goes with it.
 */

/** ms: longer than control may take for its endings. */
const patience = 60_000
const untilForced = 5_000

async function endAfterControl(runDirectory: string): Promise<void> {
  const { control, database } = readChildrenRecord(runDirectory)
  if (control) await waitUntilGone(control, { within: patience })
  await endProcess(database, 'database')
  // The worker's own way to end; it must not depend on whether the worker still can.
  setTimeout(() => process.exit(1), untilForced).unref()
  process.kill(process.pid, 'SIGTERM')
}

const runDirectory = process.env.RINGDOWN_RUN
if (runDirectory !== undefined && process.send !== undefined) {
  if (process.connected) process.once('disconnect', () => void endAfterControl(runDirectory))
  else void endAfterControl(runDirectory)
}
