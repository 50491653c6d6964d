import { once } from 'node:events'
import { appendFile, chown, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { usableBinaries } from './embedded/binaries.ts'
import { chooseIdentity, fileOwner, runAs, spawnAs } from './embedded/identity.ts'
import { findPostmaster, stopPostmaster, waitUntil } from './embedded/postmaster.ts'
import { migrate, openDatabase, prepareServer } from './index.ts'

/** A server as somebody else would run it: an owner who may create roles, passwords over the socket. */
let folder: string
let cluster: string
const admin = (text: string, user = 'postgres', database = 'postgres') => ask(addressOf(user, database), text)
const addressOf = (user: string, database: string) =>
  `postgresql://${user}:${encodeURIComponent('p/w d')}@localhost/${database}?host=${folder}`

async function ask(connectionString: string, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString })
  await client.connect()
  try {
    return (await client.query(text)).rows
  } finally {
    await client.end()
  }
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ringdown-server-'))
  cluster = join(folder, 'cluster')
  const identity = await chooseIdentity()
  const owner = fileOwner(identity)
  if (owner) await chown(folder, owner.uid, owner.gid)
  const native = await usableBinaries({ identity, copyInto: folder })
  const passwordFile = join(folder, 'password')
  await writeFile(passwordFile, 'p/w d\n')
  const login = ['-U', 'postgres', `--pwfile=${passwordFile}`, '--auth=scram-sha-256']
  await runAs(identity, join(native, 'bin/initdb'), ['-D', cluster, ...login, '--no-sync'])
  await appendFile(
    join(cluster, 'postgresql.conf'),
    `\nlisten_addresses = ''\nunix_socket_directories = '${folder}'\n`,
  )
  const server = spawnAs(identity, join(native, 'bin/postgres'), ['-D', cluster], { stdio: 'ignore' })
  await once(server, 'spawn')
  await waitUntil(async () => (await findPostmaster(cluster))?.ready === true, 30_000)
  await admin(`CREATE ROLE calls_owner LOGIN CREATEROLE PASSWORD 'p/w d'`)
  await admin(`CREATE ROLE weak LOGIN PASSWORD 'p/w d'`)
  await admin('CREATE DATABASE calls OWNER calls_owner')
}, 60_000)
afterAll(async () => {
  const server = await findPostmaster(cluster)
  if (server) await stopPostmaster({ cluster, pid: server.pid, patienceMs: 20_000 })
  await rm(folder, { recursive: true })
}, 60_000)

const ownerUrl = () => addressOf('calls_owner', 'calls')
const passwordOf = (role: string) => `derived for ${role} /?#`

describe('a server of one’s own (DATABASE_URL)', { timeout: 60_000 }, () => {
  it('says what the user in the URL lacks, without showing the URL', async () => {
    const error = await prepareServer({ ownerUrl: addressOf('weak', 'calls'), passwordOf }).catch(
      (thrown: unknown) => thrown,
    )
    expect(error).toMatchObject({ code: 'database.server', message: expect.stringContaining('CREATEROLE') })
    expect(String(error)).not.toMatch(/p\/w|p%2Fw|derived/)
  })

  it('makes the roles once, with derived passwords, and everything works as in the embedded one', async () => {
    const urls = await prepareServer({ ownerUrl: ownerUrl(), passwordOf })
    expect(urls.owner).toBe(ownerUrl())
    await migrate({ ownerUrl: urls.owner })
    const database = openDatabase({ urls })
    await database.engine.query(
      `INSERT INTO queues.queues (id, organization, name) VALUES ('q', 'org_a', 'q')`,
    )
    const seenBy = (organization: string) =>
      database.asOrganization(organization, queries => queries.query('SELECT id FROM queues.queues'))
    expect(await seenBy('org_a')).toEqual([{ id: 'q' }])
    expect(await seenBy('org_b')).toEqual([])
    expect((await database.authPool.query('SELECT id FROM organization')).rows).toEqual([])
    await database.close()
    expect(await prepareServer({ ownerUrl: ownerUrl(), passwordOf })).toEqual(urls)
  })

  it('gives roles that exist with another password the derived one, which stands in no catalogue', async () => {
    await ask(ownerUrl(), `ALTER ROLE ringdown_app PASSWORD 'other'`)
    const urls = await prepareServer({ ownerUrl: ownerUrl(), passwordOf })
    expect(await ask(urls.app, 'SELECT current_user AS me')).toEqual([{ me: 'ringdown_app' }])
    const [row] = (await admin(`SELECT rolpassword FROM pg_authid WHERE rolname = 'ringdown_app'`)) as {
      rolpassword: string
    }[]
    expect(row!.rolpassword).not.toContain('derived')
  })
})
