import { once } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'
import { memoryKb } from './process-cost.ts'

/** kB. `inUse`: heap and buffers that are left after a forced collection; `resident`: what the system counts as its own. */
export type Memory = { inUse: number; resident: number }

/** Where a Node process listens when SIGUSR1 asks it for its inspector: one process of the machine at a time. */
const inspectorUrl = 'http://127.0.0.1:9229/json/list'
const patienceMs = 30_000
const lookMs = 100

type Answer = { id: number; result?: { result?: { value?: unknown } } }
type Inspector = Awaited<ReturnType<typeof connect>>

/**
 * What a process needs once its garbage is collected: without that, memory is whatever V8 has not found time to give back.
 *
 * @throws Error when another process keeps the inspector's port
 */
export async function memoryOf(pid: number): Promise<Memory> {
  const inspector = await inspectorOf(pid)
  // Twice: what the first round finalizes is taken by the second.
  for (let round = 0; round < 2; round++) await inspector.ask('HeapProfiler.collectGarbage')
  const inUse = Number(
    await inspector.evaluate('(({ heapUsed, external }) => heapUsed + external)(process.memoryUsage())'),
  )
  await inspector.evaluate(`setImmediate(() => process.getBuiltinModule('node:inspector').close()), 0`)
  inspector.close()
  // The next process can listen only when this one has ceased to.
  while (await webSocketUrl()) await wait(lookMs)
  return { inUse: inUse / 1024, resident: memoryKb(pid) }
}

/** Asks again while another process has the port. */
async function inspectorOf(pid: number): Promise<Inspector> {
  const until = Date.now() + patienceMs
  while (Date.now() < until) {
    if (!(await webSocketUrl())) process.kill(pid, 'SIGUSR1')
    await wait(lookMs)
    const url = await webSocketUrl()
    const inspector = url && (await connect(url).catch(() => undefined))
    if (!inspector) continue
    if ((await inspector.evaluate('process.pid')) === pid) return inspector
    inspector.close()
  }
  throw new Error(`process ${pid} does not open its inspector, or another one keeps the port`)
}

async function webSocketUrl(): Promise<string | undefined> {
  const list = await fetch(inspectorUrl)
    .then(answer => answer.json() as Promise<{ webSocketDebuggerUrl?: string }[]>)
    .catch(() => [])
  return list[0]?.webSocketDebuggerUrl
}

async function connect(url: string) {
  const socket = new WebSocket(url)
  await once(socket, 'open')
  const ask = createAsk(socket)
  return {
    ask,
    evaluate: async (expression: string) =>
      (await ask('Runtime.evaluate', { expression, returnByValue: true })).result?.result?.value,
    close: () => socket.close(),
  }
}

function createAsk(socket: WebSocket) {
  const pending = new Map<number, (answer: Answer) => void>()
  let last = 0
  socket.addEventListener('message', ({ data }) => {
    const answer = JSON.parse(String(data)) as Answer
    pending.get(answer.id)?.(answer)
    pending.delete(answer.id)
  })
  return (method: string, params: object = {}): Promise<Answer> => {
    const id = ++last
    const { promise, resolve } = Promise.withResolvers<Answer>()
    pending.set(id, resolve)
    socket.send(JSON.stringify({ id, method, params }))
    return promise
  }
}
