import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Child } from './child.port.ts'
import { launchProgram } from './child-process.ts'

const server = createServer({ pauseOnConnect: true })
let folder: string
let worker: Child
let exited: Promise<string>
let client: Socket

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ringdown-child-'))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const launch = launchProgram({
    file: join(import.meta.dirname, 'fakes/fake-worker.ts'),
    env: () => ({ ...process.env, FAKE_JOURNAL: join(folder, 'journal') }),
  })
  const over = Promise.withResolvers<string>()
  exited = over.promise
  worker = launch({ ready: () => undefined, exited: over.resolve, socket: () => undefined })
})

afterEach(async () => {
  worker.kill()
  await exited
  client.destroy()
  server.close()
  rmSync(folder, { recursive: true, force: true })
})

/** A connection whose end at the server is given to the worker. */
async function hand(key: string): Promise<void> {
  const accepting = once(server, 'connection') as Promise<[Socket]>
  client = connect((server.address() as AddressInfo).port, '127.0.0.1')
  const [socket] = await accepting
  worker.hand({ type: 'carrier socket', carrier: 'twilio', worker: 0, key, protocol: null, head: '' }, socket)
}

const said = () => once(client, 'data').then(([bytes]) => String(bytes))

it('a socket that a child has taken goes on, and ends with that child', async () => {
  await hand('first')
  expect(await said()).toBe('101 first\n')
  client.write('hello')
  expect(await said()).toBe('hello')
  worker.kill()
  await once(client, 'close')
})

it('a socket that was on its way to a child that died is closed: its far end need not wait', async () => {
  await hand('first')
  await said()
  client.destroy()
  // Stopped, it takes nothing any more, and does not know that it is about to die.
  process.kill(worker.pid!, 'SIGSTOP')
  await hand('second')
  const closed = once(client, 'close')
  worker.kill()
  await closed
})
