import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Database, openDatabase } from './client.ts'
import { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded.ts'
import { migrate } from './migrate.ts'

export type TestDatabase = {
  database: Database
  server: EmbeddedPostgres
  dataDir: string
  /** Starts the server again after it was killed. */
  restart(): Promise<void>
  /** Closes the connections, stops the server and removes its folder. */
  end(): Promise<void>
}

/** The real thing, migrated, in a folder of its own: about a second. One per test file. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const dataDir = await mkdtemp(join(tmpdir(), 'ringdown-test-'))
  const start = () => startEmbeddedPostgres({ dataDir, log: () => undefined })
  const server = await start()
  await migrate({ ownerUrl: server.urls.owner })
  const database = openDatabase({ urls: server.urls })
  const test: TestDatabase = {
    database,
    server,
    dataDir,
    async restart() {
      test.server = await start()
    },
    async end() {
      await database.close()
      await test.server.stop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
  return test
}
