import { type ChildProcess, fork } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { WorkerAnswer, WorkerCommand, WorkerEvent } from '../../worker.port.ts'
import type { WorkerPool } from '../../worker-pool.ts'
import { createTestPrompts, dialTestPool, findFreePorts } from './create-test-worker.ts'
import { Inbox } from './inbox.ts'

type Told =
  | { type: 'ready'; port: number; pid: number }
  | { type: 'worker exit'; code: number | null; signal: string | null }

export type TestSupervisor = {
  /** Where carriers' WebSockets are handed over. */
  url: string
  workerPid: number
  pool: WorkerPool
  events: Inbox<WorkerEvent>
  socketPath: string
  parent: ChildProcess
  told: Inbox<Told>
  command(command: WorkerCommand): Promise<WorkerAnswer>
  stop(): Promise<void>
}

/** A worker in a process of its own, below a parent that hands it sockets. */
export async function createTestSupervisor(): Promise<TestSupervisor> {
  const prompts = createTestPrompts()
  const start = await findFreePorts(24)
  const socketPath = join(prompts, 'worker.sock')
  const parent = fork(fileURLToPath(new URL('./hand-over-parent.ts', import.meta.url)), {
    execArgv: [],
    env: {
      ...process.env,
      RINGDOWN_WORKER_INDEX: '0',
      RINGDOWN_WORKER_SOCKET: socketPath,
      RINGDOWN_MEDIA_PORT_FROM: String(start),
      RINGDOWN_MEDIA_PORT_TO: String(start + 21),
      RINGDOWN_WEBRTC_PORT: String(start + 22),
      RINGDOWN_MEDIA_HOST: '127.0.0.1',
      RINGDOWN_PROMPTS: prompts,
    },
  })
  const told = new Inbox<Told>()
  parent.on('message', message => told.add(message as Told))
  const ready = await told.next(message => message.type === 'ready')
  if (ready.type !== 'ready') throw new Error('the parent did not start')
  const { pool, events } = await dialTestPool(socketPath)
  return {
    url: `ws://127.0.0.1:${ready.port}/`,
    workerPid: ready.pid,
    pool,
    events,
    socketPath,
    parent,
    told,
    command: command => pool.command(0, command),
    stop: async () => {
      pool.stop()
      if (parent.connected) {
        const gone = new Promise(resolve => parent.once('exit', resolve))
        parent.disconnect()
        await gone
      }
      rmSync(prompts, { recursive: true, force: true })
    },
  }
}
