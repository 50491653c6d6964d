import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from './create-test-database.ts'
import { DatabaseAwayError, openDatabase } from './index.ts'

let test: TestDatabase
beforeAll(async () => {
  test = await createTestDatabase()
}, 60_000)
afterAll(() => test.end(), 60_000)

const insertQueue = (id: string) =>
  `INSERT INTO queues.queues (id, organization, name) VALUES ('${id}', 'o', '${id}')`
const queueIds = async () =>
  (await test.database.engine.query<{ id: string }>('SELECT id FROM queues.queues ORDER BY id')).map(
    row => row.id,
  )

describe('the database client', { timeout: 60_000 }, () => {
  it('commits what resolves and rolls back what throws', async () => {
    const { engine } = test.database
    await engine.transaction(queries => queries.query(insertQueue('kept')))
    const failing = engine.transaction(async queries => {
      await queries.query(insertQueue('dropped'))
      throw new Error('mine')
    })
    await expect(failing).rejects.toThrow('mine')
    expect(await queueIds()).toEqual(['kept'])
  })

  it('tells a refused statement by its state and constraint, without the values', async () => {
    const { engine } = test.database
    const insert = (number: string) =>
      engine.query(
        `INSERT INTO numbers.numbers (id, organization, number, queue) VALUES ($1, 'o', $1, 'kept')`,
        [number],
      )
    await insert('+34910000001')
    const error = await insert('+34910000001').catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'database.refused', sqlState: '23505', constraint: 'numbers_pkey' })
    expect(JSON.stringify(error) + String(error)).not.toContain('34910000001')
    const misfit = await engine
      .query('SELECT $1::text::int', ['+34910000001'])
      .catch((thrown: unknown) => thrown)
    expect(String(misfit)).not.toContain('34910000001')
    expect(test.database.isAway()).toBe(false)
  })

  it('is not away while all of its connections are held: who waits is served in order, once they are free', async () => {
    const { urls } = test.server
    const database = openDatabase({ urls, connections: 1 })
    const changes: boolean[] = []
    database.onAwayChange(away => changes.push(away))
    // Held for longer than a connection may take to be made.
    const held = database.engine.query('SELECT pg_sleep(3)')
    const served: number[] = []
    const waiting = [1, 2, 3, 4].map(async number => {
      await database.engine.query('SELECT 1')
      served.push(number)
    })
    await Promise.all([held, ...waiting])
    expect(served).toEqual([1, 2, 3, 4])
    expect([database.isAway(), changes]).toEqual([false, []])
    await database.close()
  })

  it('says that it is busy, not away, to whom it keeps waiting for too long', async () => {
    const { urls } = test.server
    const database = openDatabase({ urls, connections: 1 })
    const release = Promise.withResolvers<void>()
    const isHeld = Promise.withResolvers<void>()
    const holder = database.engine.transaction(async () => {
      isHeld.resolve()
      await release.promise
    })
    await isHeld.promise
    const error = await database.engine.query('SELECT 1').catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'gateway.database-busy', outcome: 'not run' })
    expect(database.isAway()).toBe(false)
    release.resolve()
    await holder
    expect(await database.engine.query('SELECT 1 AS one')).toEqual([{ one: 1 }])
    await database.close()
  })

  it('notices a killed server without being asked, says that the outcome is unknown, and comes back by itself', async () => {
    const { database } = test
    const changes: boolean[] = []
    const away = new Promise<void>(resolve => {
      const unsubscribe = database.onAwayChange(now => {
        changes.push(now)
        if (now) resolve()
        else unsubscribe()
      })
    })
    const running = database.engine.query('SELECT pg_sleep(5)').catch((error: unknown) => error)
    await database.engine.query('SELECT 1')
    const full = openDatabase({ urls: test.server.urls, connections: 1 })
    await full.engine.query('SELECT 1')
    const holding = full.engine.query('SELECT pg_sleep(5)').catch((error: unknown) => error)
    const inLine = full.engine.query('SELECT 1').catch((error: unknown) => error)
    process.kill(test.server.pid, 'SIGKILL')
    expect(await running).toMatchObject({ code: 'gateway.database-away', outcome: 'unknown' })
    expect(await holding).toMatchObject({ code: 'gateway.database-away', outcome: 'unknown' })
    expect(await inLine).toMatchObject({ code: 'gateway.database-away', outcome: 'not run' })
    await full.close()
    await away
    expect(database.isAway()).toBe(true)
    const refused = await database.engine.query('SELECT 1').catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(DatabaseAwayError)

    await test.restart()
    await expect.poll(() => database.isAway(), { timeout: 10_000 }).toBe(false)
    expect(changes).toEqual([true, false])
    expect(await queueIds()).toEqual(['kept'])
  })

  it('opens while no database is there, and reports it away', async () => {
    const urls = { ...test.server.urls, engine: 'postgresql://x:y@localhost/z?host=/nowhere' }
    const database = openDatabase({ urls })
    expect(await database.engine.query('SELECT 1').catch((error: unknown) => error)).toMatchObject({
      code: 'gateway.database-away',
      outcome: 'not run',
    })
    expect(database.isAway()).toBe(true)
    await database.close()
  })
})
