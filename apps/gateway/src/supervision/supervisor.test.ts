import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { identify } from './process-identity.ts'
import type { Timing } from './supervision.state.ts'

const timing: Timing = {
  firstDelay: 10,
  longestDelay: 100,
  stableAfter: 60_000,
  stopLimit: 60_000,
  patience: 20_000,
  sameSignal: 100,
}
const patience = { timeout: 20_000, interval: 20 }

let folder: string
const supervisors: ChildProcess[] = []

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ringdown-supervisor-'))
  writeFileSync(journalPath(), '')
})

afterEach(() => {
  for (const supervisor of supervisors.splice(0)) supervisor.kill('SIGKILL')
  for (const pid of everStarted()) if (identify(pid)) process.kill(pid, 'SIGKILL')
  rmSync(folder, { recursive: true })
})

const journalPath = () => join(folder, 'journal')
const journal = () => readFileSync(journalPath(), 'utf8').trim().split('\n')
const pidsOf = (child: string) =>
  journal()
    .filter(line => line.startsWith(`${child} started `))
    .map(line => Number(line.split(' ').at(-1)))
const everStarted = () => ['control', 'worker 0', 'worker 1', 'database'].flatMap(pidsOf)
const alive = () => everStarted().filter(pid => identify(pid) !== undefined)
const mark = (text: string) => appendFileSync(journalPath(), `${text}\n`)
const since = (text: string) => journal().slice(journal().indexOf(text) + 1)

function startSupervisor(given: { control?: string; timing?: Partial<Timing> } = {}) {
  const env = {
    ...process.env,
    FAKE_DATA: join(folder, 'data'),
    FAKE_JOURNAL: journalPath(),
    FAKE_CONTROL: given.control ?? 'quick',
    FAKE_TIMING: JSON.stringify({ ...timing, ...given.timing }),
  }
  const child = spawn(process.execPath, [join(import.meta.dirname, 'fakes/fake-supervisor.ts')], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  supervisors.push(child)
  const output = { text: '' }
  for (const stream of [child.stdout, child.stderr]) stream.on('data', chunk => (output.text += chunk))
  return { child, output, exit: once(child, 'exit') }
}

async function startReady(given: Parameters<typeof startSupervisor>[0] = {}) {
  const supervisor = startSupervisor(given)
  await vi.waitFor(() => expect(supervisor.output.text).toContain('ready {}'), patience)
  await vi.waitFor(() => expect(everStarted()).toHaveLength(4), patience)
  return supervisor
}

const allGone = () => vi.waitFor(() => expect(alive()).toEqual([]), patience)
const port = () =>
  Number(
    journal()
      .findLast(line => line.startsWith('control port'))
      ?.split(' ')
      .at(-1),
  )

/** Asks for a carrier stream, speaks as soon as the 101 is there, and returns everything that came. */
async function streamThrough(order: { worker: number; say: string; key: string }): Promise<string> {
  const socket = connect(port(), '127.0.0.1')
  let heard = ''
  let spoke = false
  socket.on('data', chunk => {
    heard += chunk
    if (!spoke && heard.includes('\n')) {
      spoke = true
      socket.end(order.say)
    }
  })
  socket.on('error', () => undefined)
  socket.write(
    `GET /${order.worker} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: ${order.key}\r\n\r\n`,
  )
  await once(socket, 'close')
  return heard
}

describe('the supervisor', { timeout: 60_000 }, () => {
  it('starts all, and upon SIGTERM ends control, then the workers, then the database, with code 0', async () => {
    const { child, exit } = await startReady()
    mark('asked')
    child.kill('SIGTERM')
    expect(await exit).toEqual([0, null])
    expect(since('asked').slice(0, 2)).toEqual(['control stop 60000', 'control wrote endings'])
    expect(since('asked').slice(2, 4).sort()).toEqual(['worker 0 ended', 'worker 1 ended'])
    expect(since('asked').slice(4)).toEqual(['database ended'])
    expect(alive()).toEqual([])
  })

  it.each(['control', 'worker 1', 'database'])(
    'starts %s again when it is killed, and nothing else',
    async name => {
      await startReady()
      process.kill(pidsOf(name)[0]!, 'SIGKILL')
      await vi.waitFor(() => expect(pidsOf(name)).toHaveLength(2), patience)
      expect(everStarted()).toHaveLength(5)
      expect(alive()).toHaveLength(4)
    },
  )

  it('goes on trying to start a control that cannot start, and can be stopped meanwhile', async () => {
    const { child, exit } = startSupervisor({ control: 'broken' })
    await vi.waitFor(() => expect(pidsOf('control').length).toBeGreaterThan(6), patience)
    child.kill('SIGTERM')
    expect(await exit).toEqual([0, null])
    expect(alive()).toEqual([])
  })

  it('upon a second signal it does not wait for calls any more', async () => {
    const { child, exit } = await startReady({ control: 'talking', timing: { sameSignal: 0 } })
    child.kill('SIGINT')
    await vi.waitFor(() => expect(journal()).toContain('control stop 60000'), patience)
    expect(alive()).toHaveLength(4)
    child.kill('SIGINT')
    expect(await exit).toEqual([0, null])
    expect(journal()).toContain('control stop 0')
    expect(alive()).toEqual([])
  })

  it('kills a control that does not end', async () => {
    const { child, exit } = await startReady({ control: 'deaf', timing: { stopLimit: 50, patience: 100 } })
    child.kill('SIGTERM')
    expect(await exit).toEqual([0, null])
    expect(journal()).not.toContain('control wrote endings')
    expect(alive()).toEqual([])
  })

  it('passes carrier sockets to the worker they are for, and no byte is lost on the way', async () => {
    await startReady()
    const say = Array.from({ length: 400 }, (_, index) => `frame ${index};`).join('')
    for (let round = 0; round < 10; round++) {
      const keys = Array.from({ length: 20 }, (_, index) => `key-${round}-${index}`)
      const heard = await Promise.all(
        keys.map((key, index) => streamThrough({ worker: index % 2, say, key })),
      )
      expect(heard).toEqual(keys.map(key => `101 ${key}\n${say}`))
    }
  })

  it('closes a carrier socket whose worker is not there', async () => {
    await startReady()
    expect(await streamThrough({ worker: 7, say: 'hello', key: 'k' })).toBe('')
  })

  it('killed, it leaves nothing behind: control writes its endings, then everything ends', async () => {
    const { child } = await startReady()
    mark('killed')
    child.kill('SIGKILL')
    await allGone()
    expect(since('killed').slice(0, 3)).toEqual(['control stop 0', 'control wrote endings', 'database ended'])
    expect(since('killed').slice(3).sort()).toEqual(['worker 0 ended', 'worker 1 ended'])
  })

  it('killed together with control, it leaves nothing behind', async () => {
    const { child } = await startReady()
    child.kill('SIGKILL')
    process.kill(pidsOf('control')[0]!, 'SIGKILL')
    await allGone()
    expect(journal()).toContain('database ended')
  })

  it('a second one on the same data directory says so and ends', async () => {
    const first = await startReady()
    const second = startSupervisor()
    expect(await second.exit).toEqual([1, null])
    expect(second.output.text).toContain('Another Ringdown is running on')
    expect(second.output.text).toContain('RINGDOWN_DATA')
    expect(first.child.exitCode).toBeNull()
    expect(alive()).toHaveLength(4)
  })

  it('ends what a killed run left behind, half-dead workers included, and removes its sockets', async () => {
    const first = await startReady()
    const stale = join(folder, 'data/run/worker-0.sock')
    writeFileSync(stale, '')
    const frozen = pidsOf('worker 0')[0]!
    process.kill(frozen, 'SIGSTOP')
    first.child.kill('SIGKILL')
    await first.exit
    const second = startSupervisor({ timing: { patience: 200 } })
    await vi.waitFor(() => expect(second.output.text).toContain('ready {}'), patience)
    expect(identify(frozen)).toBeUndefined()
    expect(existsSync(stale)).toBe(false)
    expect(second.output.text).toContain('ended what a killed run had left behind')
    await vi.waitFor(() => expect(alive()).toHaveLength(4), patience)
  })
})
