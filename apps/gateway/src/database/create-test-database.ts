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
  /** Closes the connections, stops the server and removes its folder. */
  end(): Promise<void>
}

/** The real thing, migrated, in a folder of its own: about a second. One per test file. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const dataDir = await mkdtemp(join(tmpdir(), 'ringdown-test-'))
  const server = await startEmbeddedPostgres({ dataDir, log: () => undefined })
  await migrate({ ownerUrl: server.urls.owner })
  const database = openDatabase({ urls: server.urls })
  return {
    database,
    server,
    dataDir,
    async end() {
      await database.close()
      await server.stop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}
