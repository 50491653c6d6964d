import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded.ts'
import { migrate } from './index.ts'

let dataDir: string
let folder: string
let server: EmbeddedPostgres
let ownerUrl: string
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'ringdown-test-'))
  server = await startEmbeddedPostgres({ dataDir, log: () => undefined })
  ownerUrl = server.urls.owner
  folder = await mkdtemp(join(dataDir, 'migrations-'))
}, 60_000)
afterAll(async () => {
  await server.stop()
  await rm(dataDir, { recursive: true })
}, 60_000)

const put = (name: string, sql: string) => writeFile(join(folder, name), sql)
const run = () => migrate({ ownerUrl, folder })

async function rowsOf(text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: ownerUrl })
  await client.connect()
  const { rows } = await client.query(text)
  await client.end()
  return rows
}

describe('migrate', () => {
  it('applies each migration once, in order, also when several nodes start at once', async () => {
    await put('0001_first.sql', 'CREATE TABLE ringdown.things (id int)')
    await put('0002_second.sql', 'INSERT INTO ringdown.things VALUES (1)')
    await put('notes.txt', 'not a migration')
    const runs = await Promise.all([run(), run(), run()])
    expect(runs.flat()).toEqual(['0001_first.sql', '0002_second.sql'])
    expect(await run()).toEqual([])
    expect(await rowsOf('SELECT id FROM ringdown.things')).toEqual([{ id: 1 }])
  })

  it('changes nothing when a statement in the middle of a migration fails', async () => {
    await put('0003_third.sql', 'INSERT INTO ringdown.things VALUES (2); SELECT 1 / 0')
    await expect(run()).rejects.toMatchObject({ code: 'migration.failed' })
    expect(await rowsOf('SELECT id FROM ringdown.things')).toEqual([{ id: 1 }])
    await rm(join(folder, '0003_third.sql'))
    expect(await run()).toEqual([])
  })

  it('refuses a migration that was edited after it had been applied', async () => {
    await put('0001_first.sql', 'CREATE TABLE ringdown.others (id int)')
    await expect(run()).rejects.toMatchObject({
      code: 'migration.edited',
      message: expect.stringContaining('0001_first'),
    })
    await put('0001_first.sql', 'CREATE TABLE ringdown.things (id int)')
    expect(await run()).toEqual([])
  })

  it('refuses a database that a newer version has migrated', async () => {
    await rm(join(folder, '0002_second.sql'))
    await expect(run()).rejects.toMatchObject({ code: 'migration.unknown' })
  })
})
