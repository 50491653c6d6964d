import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, vi } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../database/create-test-database.ts'

/** The machine may be busy with other tests: only what never happens fails. */
export const patience = { timeout: 20_000 }

/** What the tests of one file stand on: a real, migrated database, and folders for spools. */
export function createTestGround() {
  let test: TestDatabase
  let home: string
  vi.setConfig({ testTimeout: 60_000 })
  beforeAll(async () => {
    test = await createTestDatabase()
    home = await mkdtemp(join(tmpdir(), 'ringdown-spool-'))
  }, 60_000)
  afterAll(async () => {
    await test.end()
    await rm(home, { recursive: true, force: true })
  }, 60_000)
  return {
    get database() {
      return test.database
    },
    get server() {
      return test.server
    },
    get sql() {
      return test.database.engine
    },
    /** For the spool of one control; the same name is the same folder. */
    async folder(name: string): Promise<string> {
      const path = join(home, name)
      await mkdir(path, { recursive: true })
      return path
    },
    async operatorRow(operator: string) {
      const rows = await test.database.engine.query<{ status: string; call: string | null }>(
        'select status, call from queues.operators where operator = $1',
        [operator],
      )
      return rows[0]
    },
    /** After it was killed. */
    restartServer: () => test.restart(),
  }
}
