import { connect } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { MediaAway } from './media.errors.ts'
import { createTestPhone, type TestPhone } from './worker/testing/create-test-phone.ts'
import { createTestWorker, dialTestPool, type TestWorker } from './worker/testing/create-test-worker.ts'
import { Inbox } from './worker/testing/inbox.ts'
import { WorkerPool } from './worker-pool.ts'

let worker: TestWorker
let phone: TestPhone

beforeEach(async () => {
  worker = await createTestWorker()
  phone = await createTestPhone()
})

afterEach(async () => {
  phone.close()
  await worker.stop()
})

const referenceKey = Buffer.alloc(32, 1)
const open = (endpoint: string) =>
  worker.command({ type: 'open rtp', endpoint, call: 'c', settings: phone.settings })

describe('control and its media workers', () => {
  it('a restarted control gets a snapshot, then the events that happened meanwhile', async () => {
    await open('a')
    const items = [{ type: 'silence', ms: 20 } as const]
    await worker.command({ type: 'hear', endpoint: 'a', source: { type: 'playlist', playlist: 'p', items } })
    worker.pool.stop()
    // Meanwhile the list ends, with nobody there to be told.
    await phone.heard.next(() => true)
    const pool = new WorkerPool({ sockets: [worker.socketPath], referenceKey })
    const told = new Inbox<string>()
    pool.onWorker((_worker, state) =>
      told.add(state.up ? `up ${state.endpoints.map(each => each.endpoint)}` : 'down'),
    )
    pool.onEvent(event => told.add(event.type))
    pool.start()
    await told.next(text => text === 'played')
    expect(told.items).toEqual(['up a', 'played'])
    pool.stop()
  })

  it('two controls may be connected for a moment; the later one hears the events', async () => {
    await open('a')
    const later = await dialTestPool(worker.socketPath)
    expect(await worker.command({ type: 'snapshot' })).toMatchObject({ ok: true })
    const again = await later.pool.command(0, { type: 'snapshot' })
    expect(again).toMatchObject({ endpoints: [{ endpoint: 'a' }] })
    const items = [{ type: 'silence', ms: 20 } as const]
    await later.pool.command(0, {
      type: 'hear',
      endpoint: 'a',
      source: { type: 'playlist', playlist: 'p', items },
    })
    await later.events.next(event => event.type === 'played')
    expect(worker.events.items.filter(event => event.type === 'played')).toEqual([])
    later.pool.stop()
  })

  it('dials again with growing pauses, and rejects what was asked of a worker that went away', async () => {
    const states = new Inbox<boolean>()
    worker.pool.onWorker((_worker, state) => states.add(state.up))
    const asked = worker.pool.command(0, { type: 'snapshot' })
    await asked
    await worker.worker.stop()
    await states.next(isUp => !isUp)
    await expect(worker.pool.command(0, { type: 'snapshot' })).rejects.toBeInstanceOf(MediaAway)
    expect(() => worker.pool.place()).toThrow(MediaAway)
  })

  it('places a call at the least loaded worker that is up', async () => {
    const second = await createTestWorker()
    const pool = new WorkerPool({
      sockets: [worker.socketPath, '/nowhere/worker.sock', second.socketPath],
      referenceKey,
    })
    const ups = new Inbox<number>()
    pool.onWorker((index, state) => state.up && ups.add(index))
    pool.start()
    await ups.until(items => (items.length === 2 ? items : undefined))
    const placed: number[] = []
    for (const endpoint of ['a', 'b', 'c', 'd']) {
      const index = pool.place()
      placed.push(index)
      await pool.command(index, { type: 'open rtp', endpoint, call: 'c', settings: phone.settings })
    }
    expect([...placed].sort()).toEqual([0, 0, 2, 2])
    await pool.command(placed[0]!, { type: 'close', endpoint: 'a' })
    expect(pool.place()).toBe(placed[0])
    await expect(pool.command(1, { type: 'snapshot' })).rejects.toMatchObject({ code: 'media.away' })
    pool.stop()
    await second.stop()
  })

  it('names workers by references that survive a restart and tell nothing', () => {
    const sockets = ['/a', '/b']
    const before = new WorkerPool({ sockets, referenceKey })
    const after = new WorkerPool({ sockets, referenceKey })
    expect(after.workerOf(before.referenceOf(1))).toBe(1)
    expect(before.referenceOf(0)).not.toBe(before.referenceOf(1))
    expect(before.referenceOf(0)).toMatch(/^[\w-]{22}$/)
    expect(after.workerOf('guess')).toBeUndefined()
    const others = new WorkerPool({ sockets, referenceKey: Buffer.alloc(32, 2) })
    expect(others.workerOf(before.referenceOf(0))).toBeUndefined()
  })

  it.each([
    ['no JSON', '{', 0],
    ['no id', '{"command":{"type":"snapshot"}}', 0],
    ['no command', '{"id":7}', 7],
    ['an unknown type', '{"id":8,"command":{"type":"dance"}}', 8],
    [
      'a wrong field',
      '{"id":9,"command":{"type":"hear","endpoint":"a","source":{"type":"mix","endpoints":"b"}}}',
      9,
    ],
    ['letters as digits', '{"id":10,"command":{"type":"send digits","endpoint":"a","digits":"x"}}', 10],
  ])('a line with %s is answered with command.malformed', async (_name, line, id) => {
    const socket = connect(worker.socketPath)
    const lines = new Inbox<string>()
    socket.setEncoding('utf8')
    socket.on('data', (chunk: string) => lines.add(chunk))
    socket.write(`${line}\n`)
    const answer = JSON.parse(await lines.next(() => true))
    expect(answer).toMatchObject({ id, answer: { ok: false, code: 'command.malformed' } })
    socket.destroy()
  })
})
