import { inspect } from 'node:util'
import { ConfigError, readConfig } from './config/index.ts'
import { EmbeddedPostgresError, startEmbeddedPostgres } from './database/index.ts'
import { createLogger } from './logging/index.ts'
import { DataDirectoryTaken, gatewayChildren, runSupervisor, type Timing } from './supervision/index.ts'

/** The first process: starts, watches and restarts the others, and stops them in order. It knows nothing of calls. */

const timing: Timing = {
  firstDelay: 50,
  longestDelay: 10_000,
  // Whoever took calls for that long was no false start: what killed it is no reason to keep its callers waiting.
  stableAfter: 5_000,
  stopLimit: 30_000,
  patience: 10_000,
  sameSignal: 1_000,
}

/** Seconds that calls may go on after a stop was asked for. */
function stopLimitOf(text: string | undefined): number {
  if (!text) return timing.stopLimit
  if (!/^\d{1,5}$/.test(text)) throw new ConfigError(['RINGDOWN_STOP_LIMIT must be seconds, for example 30'])
  return Number(text) * 1000
}

async function main(): Promise<void> {
  const config = readConfig(process.env)
  const log = createLogger({ name: 'supervisor', level: config.logLevel, pretty: config.demo })
  await runSupervisor({
    dataDir: config.dataDir,
    timing: { ...timing, stopLimit: stopLimitOf(process.env.RINGDOWN_STOP_LIMIT) },
    log,
    launches: runDirectory =>
      gatewayChildren({
        config,
        runDirectory,
        startDatabase: () =>
          startEmbeddedPostgres({
            dataDir: config.dataDir,
            log: text => log.info({ child: 'database' }, text),
          }),
      }),
  })
}

try {
  await main()
  process.exit(0)
} catch (error) {
  const isPlain =
    error instanceof ConfigError ||
    error instanceof DataDirectoryTaken ||
    error instanceof EmbeddedPostgresError
  process.stderr.write(`${isPlain ? error.message : inspect(error)}\n`)
  process.exit(1)
}
