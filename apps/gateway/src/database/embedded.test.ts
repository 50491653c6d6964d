import { chown, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { chooseIdentity, fileOwner, runAs } from './embedded/identity.ts'
import { type EmbeddedPostgres, type Identity, startEmbeddedPostgres } from './embedded.ts'

let folder: string
let dataDir: string
let server: EmbeddedPostgres | undefined
let said: string[] = []
async function makeFolder(): Promise<void> {
  folder = await mkdtemp(join(tmpdir(), 'ringdown-test-'))
  dataDir = join(folder, 'data')
}

async function stopServer(): Promise<void> {
  await server?.stop()
  server = undefined
  said = []
}

async function removeFolder(): Promise<void> {
  await stopServer()
  const moved = await readFile(join(dataDir, 'postgres-location'), 'utf8').catch(() => undefined)
  if (moved) await rm(moved.trim(), { recursive: true })
  await rm(folder, { recursive: true })
}

afterEach(stopServer, 30_000)

async function start(identity?: Identity): Promise<EmbeddedPostgres> {
  server = await startEmbeddedPostgres({
    dataDir,
    log: line => void said.push(line),
    ...(identity && { identity }),
  })
  return server
}

async function ask(text: string): Promise<Record<string, unknown>> {
  const client = new pg.Client({ connectionString: server!.urls.owner })
  await client.connect()
  const { rows } = await client.query(text)
  await client.end()
  return rows[0] ?? {}
}

const writeDown = () => ask('CREATE TABLE IF NOT EXISTS kept AS SELECT 42 AS answer')
const expectKept = async () => expect(await ask('SELECT answer FROM kept')).toEqual({ answer: 42 })

const alive = (pid: number) => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

describe('the embedded server', { timeout: 60_000 }, () => {
  beforeAll(makeFolder)
  afterAll(removeFolder)

  it('begins anew after a first start that was killed half way', async () => {
    await mkdir(join(dataDir, 'postgres.new-999999999/base'), { recursive: true })
    await start()
    await expect(stat(join(dataDir, 'postgres.new-999999999'))).rejects.toThrow('ENOENT')
  })

  it('commits to disk, listens on a short Unix socket only, and logs no statements', async () => {
    const { urls } = await start()
    const socket = new URL(urls.app).searchParams.get('host')!
    expect(Buffer.byteLength(`${socket}/.s.PGSQL.5432`)).toBeLessThan(107)
    expect((await stat(socket)).mode & 0o777).toBe(0o700)
    const settings = "'fsync', 'synchronous_commit', 'full_page_writes', 'listen_addresses', 'log_statement'"
    const row = await ask(
      `SELECT json_object_agg(name, setting) AS s FROM pg_settings WHERE name IN (${settings})`,
    )
    expect(row.s).toEqual({
      fsync: 'on',
      synchronous_commit: 'on',
      full_page_writes: 'on',
      listen_addresses: '',
      log_statement: 'none',
    })
    expect((await stat(join(dataDir, 'postgres-passwords.json'))).mode & 0o777).toBe(0o600)
  })

  it('refuses a wrong password over the socket', async () => {
    const url = new URL((await start()).urls.app)
    url.password = 'wrong'
    const client = new pg.Client({ connectionString: url.href })
    await expect(client.connect()).rejects.toThrow(/password authentication failed/)
  })

  it('runs in a session of its own, where Ctrl-C does not reach it', async () => {
    const { pid } = await start()
    // proc_pid_stat(5): after the name come state, parent, process group, session.
    const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ')[1]!.split(' ')
    expect(fields.slice(2, 4)).toEqual([String(pid), String(pid)])
  })

  it('passes none of our environment on', async () => {
    process.env.RINGDOWN_MASTER_KEY = 'hunter2'
    const { pid } = await start()
    delete process.env.RINGDOWN_MASTER_KEY
    expect(await readFile(`/proc/${pid}/environ`, 'utf8')).not.toContain('hunter2')
  })

  it('takes over a server whose supervisor was killed', async () => {
    const first = await start()
    await writeDown()
    const second = await start()
    expect(second).toMatchObject({ pid: first.pid, adopted: true })
    await expectKept()
    await second.stop()
    await first.ended
    expect(alive(first.pid)).toBe(false)
  })

  it('starts again after kill -9 with everything that was committed, though a backend is still busy', async () => {
    const { pid } = await start()
    await writeDown()
    const client = new pg.Client({ connectionString: server!.urls.owner })
    client.on('error', () => undefined)
    await client.connect()
    const busy = client.query('SELECT count(*) FROM generate_series(1, 1e10)').catch(() => undefined)
    process.kill(pid, 'SIGKILL')
    await server!.ended
    expect((await start()).adopted).toBe(false)
    await busy
    await expectKept()
  })

  it('is not misled by a lock file whose process number now belongs to somebody else', async () => {
    await start()
    await writeDown()
    await server!.stop()
    await writeFile(
      join(dataDir, 'postgres/postmaster.pid'),
      `${process.pid}\n${dataDir}/postgres\n0\n5432\n`,
    )
    await start()
    await expectKept()
  })

  it('stops with clients connected and transactions open, and stops twice', async () => {
    const { pid, stop, ended, urls } = await start()
    const client = new pg.Client({ connectionString: urls.owner })
    const broken = new Promise(resolve => client.on('error', resolve))
    await client.connect()
    await client.query('BEGIN; CREATE TABLE undone ()')
    await stop()
    await Promise.all([ended, broken])
    expect(alive(pid)).toBe(false)
    await stop()
    await start()
    expect(await ask(`SELECT to_regclass('undone') AS found`)).toEqual({ found: null })
  })

  it('says what to do about a cluster of another major version', async () => {
    await start()
    await server!.stop()
    await writeFile(join(dataDir, 'postgres/PG_VERSION'), '12\n')
    await expect(start()).rejects.toMatchObject({
      code: 'postgres.start',
      message: expect.stringContaining('PostgreSQL 12'),
    })
  })
})

const nobody: Identity = { type: 'nobody', uid: 65_534, gid: 65_534 }

describe.runIf(process.getuid?.() === 0)('as root', { timeout: 60_000 }, () => {
  beforeEach(makeFolder)
  afterEach(removeFolder)

  it('runs without root in a data folder that only root can read', async () => {
    await mkdir(dataDir, { mode: 0o700 })
    const { pid } = await start()
    const status = await readFile(`/proc/${pid}/status`, 'utf8')
    expect(/^CapEff:\s*(\w+)/m.exec(status)?.[1]).toBe('0000000000000000')
    await writeDown()
  })

  it('runs as nobody in a data folder of its own making', async () => {
    await rm(folder, { recursive: true })
    await mkdir(folder, { mode: 0o755 })
    const { pid } = await start(nobody)
    expect((await stat(`/proc/${pid}`)).uid).toBe(nobody.uid)
    expect((await stat(join(dataDir, 'postgres'))).uid).toBe(nobody.uid)
    expect(said).toEqual([])
  })

  it('moves a database that nobody cannot reach, says where it lies, and finds it again either way', async () => {
    await start()
    await writeDown()
    await server!.stop()
    const { pid } = await start(nobody)
    expect((await stat(`/proc/${pid}`)).uid).toBe(nobody.uid)
    expect(said.join()).toMatch(/the database lies in \/var\/lib\/ringdown\//)
    await expectKept()
    process.kill(pid, 'SIGKILL')
    await server!.ended
    await start(nobody)
    await expectKept()
    await server!.stop()
    await start()
    await expectKept()
  })

  it('runs for an ordinary user too', async () => {
    const program = `
      const { startEmbeddedPostgres } = await import(${JSON.stringify(join(import.meta.dirname, 'embedded.ts'))})
      const server = await startEmbeddedPostgres({ dataDir: ${JSON.stringify(dataDir)}, log: console.error })
      await server.stop()
      console.log('stopped by user', process.getuid())`
    // In a namespace where there is one: the clone itself may be readable for root alone.
    const user = await chooseIdentity()
    const owner = fileOwner(user)!
    await chown(folder, owner.uid, owner.gid)
    const { output } = await runAs(user, process.execPath, ['--input-type=module', '-e', program])
    expect(output).toContain('stopped by user 65534')
  })
})
