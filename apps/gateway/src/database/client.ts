import pg from 'pg'
import { classify, DatabaseAwayError, DatabaseBusyError } from './database.errors.ts'
import type { RoleName, RoleUrls } from './roles.ts'
import { createTurns } from './turns.ts'
import { createWatch, type Watch } from './watch.ts'

export interface Queries {
  /**
   * Runs one statement, prepared once per connection. The text must be constant: values go into `values`.
   *
   * @throws {DatabaseAwayError | DatabaseBusyError | DatabaseError}
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
/** ms in line for a connection. Longer than a statement may take: a line that does not move for so long is no busy hour. */
const linePatience = 10_000
/** ms. A shift that begins signs in all at once and waits in line for these connections, behind hashes that take their time. */
const signInTimeout = 10_000
const queryTimeout = 5_000
/** Connections of a role, each. */
const usualConnections = 10

/** Opens the pools lazily: it succeeds while the database is still away. */
export function openDatabase(order: { urls: RoleUrls; connections?: number; name?: string }): Database {
  const watch = createWatch(() => engine.query('SELECT 1'))
  const open = (role: RoleName, max: number, patience = connectTimeout) =>
    openPool({
      url: order.urls[role],
      max,
      patience,
      name: order.name ?? 'ringdown',
      onIdleError: watch.failed,
    })
  const places = { engine: order.connections ?? usualConnections, app: usualConnections }
  const pools = {
    engine: open('engine', places.engine),
    app: open('app', places.app),
    auth: open('auth', 5, signInTimeout),
  }
  const engine = roleDatabase(pools.engine, { places: places.engine, watch })
  const app = roleDatabase(pools.app, { places: places.app, watch })
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
  /** ms for a connection; where nobody gives turns, the wait in line included. */
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

/** `places`: as many as the pool has connections, so that nobody waits for one but in our line. */
function roleDatabase(pool: pg.Pool, order: { places: number; watch: Watch }): RoleDatabase {
  const { places, watch } = order
  const turns = createTurns({ places, patienceMs: linePatience, late: () => new DatabaseBusyError() })
  const lostInLine = () => new DatabaseAwayError('not run', 'lost while others wait for its answer')
  // Whoever holds a connection finds out by their own statement; whoever waits for one would only wait.
  watch.subscribe(away => {
    if (away) turns.sendHome(lostInLine())
  })

  async function onConnection<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    if (watch.isAway() && turns.areTaken) throw lostInLine()
    const leave = await turns.take()
    try {
      return await onOwnConnection(work)
    } finally {
      leave()
    }
  }

  async function onOwnConnection<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
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
