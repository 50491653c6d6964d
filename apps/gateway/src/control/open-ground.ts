import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { createAccounts } from '../accounts/index.ts'
import type { Config } from '../config/index.ts'
import { DatabaseAwayError, migrate, openDatabase, prepareServer, type RoleUrls } from '../database/index.ts'
import { seedDemo } from '../demo/index.ts'
import type { Logger } from '../logging/index.ts'
import { createPrivacy, databasePassword, loadMasterKey, signInSecret } from '../privacy/index.ts'
import { nodeIdIn } from './node-id.ts'

const retryMs = 500

/** The demo's tests sign sixty operators in from one address. */
const attemptsPerMinute = { demo: 600, production: 20 } as const

/** Database, vault and accounts: what everything else stands on. Waits for a database that is still away. */
export async function openGround(order: { config: Config; env: NodeJS.ProcessEnv; log: Logger }) {
  const { config, env, log } = order
  const node = await nodeIdIn(config.dataDir)
  const master = await loadMasterKey({ source: config.masterKey, dataDir: config.dataDir })
  const urls = await untilThere(log, () => roleUrls(config, env, role => databasePassword(master, role)))
  const applied = await untilThere(log, () => migrate({ ownerUrl: urls.owner }))
  if (applied.length > 0) log.info({ migrations: applied }, 'the database was brought up to date')
  const database = openDatabase({ urls, name: 'ringdown control' })
  const privacy = createPrivacy({ master, engine: database.engine })
  const accounts = createAccounts({
    pool: database.authPool,
    publicUrl: config.publicUrl,
    secret: signInSecret(master),
    attemptsPerMinute: attemptsPerMinute[config.demo ? 'demo' : 'production'],
    log: (level, message) => log[level]({ part: 'sign-in' }, message),
  })
  if (config.demo) {
    const operators = config.demoOperators
    await seedDemo({ accounts, engine: database.engine, sealer: privacy, operators })
  }
  return { node, master, database, privacy, accounts, spoolPath: join(config.dataDir, 'journal.spool') }
}

export type Ground = Awaited<ReturnType<typeof openGround>>

async function roleUrls(
  config: Config,
  env: NodeJS.ProcessEnv,
  passwordOf: Parameters<typeof prepareServer>[0]['passwordOf'],
): Promise<RoleUrls> {
  if (config.databaseUrl !== undefined) return prepareServer({ ownerUrl: config.databaseUrl, passwordOf })
  if (env.RINGDOWN_DATABASE_URLS === undefined) {
    throw new Error('control is started by the supervisor, which tells it where the embedded database is')
  }
  return JSON.parse(env.RINGDOWN_DATABASE_URLS) as RoleUrls
}

async function untilThere<T>(log: Logger, work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work()
    } catch (error) {
      if (!isAwayAtStart(error)) throw error
      log.warn('the database is not there yet; trying again')
      await wait(retryMs)
    }
  }
}

function isAwayAtStart(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code ?? ''
  return error instanceof DatabaseAwayError || /^(ECONNREFUSED|ENOENT|ECONNRESET|57P03|57P01)$/.test(code)
}
