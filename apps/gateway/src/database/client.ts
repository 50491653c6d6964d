import pg from 'pg'
import { classify, DatabaseAwayError } from './database.errors.ts'
import type { RoleName, RoleUrls } from './roles.ts'

export interface Queries {
  /**
   * Runs one statement, prepared once per connection. The text must be constant: values go into `values`.
   *
   * @throws {DatabaseAwayError | DatabaseError}
   */
  query<Row extends object = Record<string, unknown>>(
    text: string,
    values?: readonly unknown[],
  ): Promise<Row[]>
}

/** The connections of one role. */
export interface RoleDatabase extends Queries {
  /** Commits when `work` resolves, rolls back when it throws. */
  transaction<T>(work: (queries: Queries) => Promise<T>): Promise<T>
}

export interface Database {
  /** All organizations: routing, recovery, jobs. */
  engine: RoleDatabase
  /** Runs `work` in a transaction that sees one organization's rows only. */
  asOrganization<T>(organization: string, work: (queries: Queries) => Promise<T>): Promise<T>
  /** For sign-in, which brings its own queries. */
  authPool: pg.Pool
  /** True from the first failed attempt until one succeeds; a watch asks again while it is true. */
  isAway(): boolean
  /** Called at every change of `isAway`. Returns the function that ends the subscription. */
  onAwayChange(listener: (away: boolean) => void): () => void
  close(): Promise<void>
}

/** ms. A database that is well answers in a few; a caller waits behind the one that is not. */
const connectTimeout = 2_000
/** ms. A shift that begins signs in all at once and waits in line for these connections, behind hashes that take their time. */
const signInTimeout = 10_000
const queryTimeout = 5_000
const probeInterval = 200

/** Opens the pools lazily: it succeeds while the database is still away. */
export function openDatabase(order: { urls: RoleUrls; connections?: number; name?: string }): Database {
  const watch = createWatch(() => engine.query('SELECT 1'))
  const pool = (role: RoleName, max: number, patience = connectTimeout) =>
    openPool({
      url: order.urls[role],
      max,
      patience,
      name: order.name ?? 'ringdown',
      onIdleError: watch.failed,
    })
  const pools = {
    engine: pool('engine', order.connections ?? 10),
    app: pool('app', 10),
    auth: pool('auth', 5, signInTimeout),
  }
  const engine = roleDatabase(pools.engine, watch)
  const app = roleDatabase(pools.app, watch)
  return {
    engine,
    asOrganization: (organization, work) =>
      app.transaction(async queries => {
        await queries.query(`SELECT set_config('ringdown.organization', $1, true)`, [organization])
        return work(queries)
      }),
    authPool: pools.auth,
    isAway: watch.isAway,
    onAwayChange: watch.subscribe,
    async close() {
      watch.stop()
      await Promise.all(Object.values(pools).map(one => one.end()))
    },
  }
}

function openPool(order: {
  url: string
  max: number
  /** ms for a connection, the wait in line included. */
  patience: number
  name: string
  onIdleError: () => void
}): pg.Pool {
  const pool = new pg.Pool({
    connectionString: order.url,
    max: order.max,
    application_name: order.name,
    connectionTimeoutMillis: order.patience,
    query_timeout: queryTimeout,
    idleTimeoutMillis: 0,
    keepAlive: true,
  })
  // An idle connection breaks the moment the server ends: the earliest news of it.
  pool.on('error', order.onIdleError)
  return pool
}

function roleDatabase(pool: pg.Pool, watch: Watch): RoleDatabase {
  async function onConnection<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    const client = await observed(watch, 'connecting', () => pool.connect())
    let broken: Error | undefined
    // pg also throws a broken connection at whoever holds it; the running statement's rejection tells us already.
    const ignore = () => undefined
    client.on('error', ignore)
    try {
      return await work(client)
    } catch (error) {
      // A connection in an unknown state is thrown away.
      if (error instanceof DatabaseAwayError) broken = error
      throw error
    } finally {
      client.off('error', ignore)
      client.release(broken)
    }
  }
  const on = (client: pg.PoolClient): Queries => ({
    query: <Row extends object>(text: string, values: readonly unknown[] = []) =>
      observed(watch, 'running', async () => {
        const result = await client.query<Row>({ name: statementName(text), text, values: [...values] })
        return result.rows
      }),
  })
  return {
    query: (text, values) => onConnection(client => on(client).query(text, values)),
    transaction: work =>
      onConnection(async client => {
        await observed(watch, 'running', () => client.query('BEGIN'))
        try {
          const answer = await work(on(client))
          await observed(watch, 'running', () => client.query('COMMIT'))
          return answer
        } catch (error) {
          if (!(error instanceof DatabaseAwayError)) await rollBack(watch, client)
          throw error
        }
      }),
  }
}

const rollBack = (watch: Watch, client: pg.PoolClient) =>
  observed(watch, 'running', () => client.query('ROLLBACK'))

async function observed<T>(
  watch: Watch,
  phase: 'connecting' | 'running',
  work: () => Promise<T>,
): Promise<T> {
  try {
    const answer = await work()
    watch.succeeded()
    return answer
  } catch (error) {
    const meaning = classify(error, phase)
    if (meaning instanceof DatabaseAwayError) watch.failed()
    throw meaning
  }
}

const statementNames = new Map<string, string>()

function statementName(text: string): string {
  const known = statementNames.get(text)
  if (known) return known
  const name = `s${statementNames.size + 1}`
  statementNames.set(text, name)
  return name
}

type Watch = {
  isAway(): boolean
  succeeded(): void
  failed(): void
  subscribe(listener: (away: boolean) => void): () => void
  stop(): void
}

/** Keeps the one bit "away", and asks again by itself while it is set. */
function createWatch(probe: () => Promise<unknown>): Watch {
  const listeners = new Set<(away: boolean) => void>()
  let away = false
  let stopped = false
  let timer: NodeJS.Timeout | undefined
  const change = (to: boolean) => {
    if (away === to) return
    away = to
    if (away) askAgain()
    for (const listener of listeners) listener(away)
  }
  const askAgain = () => {
    clearTimeout(timer)
    if (stopped) return
    timer = setTimeout(() => {
      probe().catch(() => {
        if (away) askAgain()
      })
    }, probeInterval)
    timer.unref()
  }
  return {
    isAway: () => away,
    succeeded: () => change(false),
    failed: () => change(true),
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    stop() {
      stopped = true
      clearTimeout(timer)
    },
  }
}
