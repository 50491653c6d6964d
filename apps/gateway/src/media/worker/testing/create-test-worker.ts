import { createSocket } from 'node:dgram'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { serializeWav } from '@ringdown/media'
import type { WorkerAnswer, WorkerCommand, WorkerEvent } from '../../worker.port.ts'
import { WorkerPool } from '../../worker-pool.ts'
import { type MediaWorker, startWorker } from '../worker.ts'
import { Inbox } from './inbox.ts'

export type TestWorker = {
  worker: MediaWorker
  pool: WorkerPool
  events: Inbox<WorkerEvent>
  socketPath: string
  command(command: WorkerCommand): Promise<WorkerAnswer>
  stop(): Promise<void>
}

/** Two ports next to each other that are free now, the first one even. */
export async function findFreePorts(count: number): Promise<number> {
  for (;;) {
    const start = 20_000 + 2 * Math.floor(Math.random() * 10_000)
    const ports = Array.from({ length: count }, (_, i) => start + i)
    const free = await Promise.all(ports.map(isFree))
    if (free.every(Boolean)) return start
  }
}

function isFree(port: number): Promise<boolean> {
  const socket = createSocket('udp4')
  return new Promise(resolve => {
    socket.once('error', () => resolve(false))
    socket.bind({ port, address: '127.0.0.1', exclusive: true }, () => socket.close(() => resolve(true)))
  })
}

/** A folder of clips: `en/short` is 100 ms of the code 0x40, `music` two seconds of a staircase. */
export function createTestPrompts(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ringdown-prompts-'))
  mkdirSync(join(folder, 'en'))
  const wav = { codec: 'PCMU', sampleRate: 8000, channels: 1 } as const
  writeFileSync(
    join(folder, 'en', 'short.wav'),
    serializeWav({ ...wav, data: new Uint8Array(800).fill(0x40) }),
  )
  const stairs = Uint8Array.from({ length: 16_000 }, (_, i) => 0x80 | Math.floor(i / 125))
  writeFileSync(join(folder, 'music.wav'), serializeWav({ ...wav, data: stairs }))
  return folder
}

/** A real worker in this process, and control's real pool connected to it. */
export async function createTestWorker(): Promise<TestWorker> {
  const prompts = createTestPrompts()
  const start = await findFreePorts(24)
  const socketPath = join(prompts, 'worker.sock')
  const worker = await startWorker({
    index: 0,
    socketPath,
    mediaPorts: { from: start, to: start + 21 },
    webrtcPort: start + 22,
    publicIp: undefined,
    mediaHosts: { 4: '127.0.0.1', 6: '::1' },
    prompts,
  })
  const { pool, events } = await dialTestPool(socketPath)
  return {
    worker,
    pool,
    events,
    socketPath,
    command: command => pool.command(0, command),
    stop: async () => {
      pool.stop()
      await worker.stop()
      rmSync(prompts, { recursive: true })
    },
  }
}

/** A control's pool of one worker, up. */
export async function dialTestPool(
  socketPath: string,
): Promise<{ pool: WorkerPool; events: Inbox<WorkerEvent> }> {
  const pool = new WorkerPool({ sockets: [socketPath], referenceKey: Buffer.alloc(32, 1) })
  const events = new Inbox<WorkerEvent>()
  pool.onEvent(event => events.add(event))
  const up = new Promise<void>(resolve => pool.onWorker((_worker, state) => state.up && resolve()))
  pool.start()
  await up
  return { pool, events }
}
