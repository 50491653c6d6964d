import { connect, type Socket } from 'node:net'
import { LineReader, writeLine } from './lines.ts'
import { MediaAway } from './media.errors.ts'
import type { EndpointSnapshot, FromWorker, WorkerAnswer, WorkerCommand, WorkerEvent } from './worker.port.ts'

const FIRST_REDIAL_MS = 50
/** ms; callers and operators wait for a worker that is restarted, and a local socket that is not there costs nothing to ask. */
const LONGEST_REDIAL_MS = 250
/** ms; a worker answers within a few. One that does not has lost its event loop, and the supervisor will see to it. */
const ANSWER_TIMEOUT_MS = 10_000

export type WorkerLineOptions = {
  worker: number
  path: string
  onUp: (endpoints: EndpointSnapshot[]) => void
  onDown: () => void
  onEvent: (event: WorkerEvent) => void
}

type Pending = { resolve: (answer: WorkerAnswer) => void; reject: (error: MediaAway) => void }

/** Control's line to one worker: dialled again, with growing pauses, whenever it is lost. */
export class WorkerLine {
  readonly #options: WorkerLineOptions
  readonly #pending = new Map<number, Pending>()
  #socket: Socket | undefined
  #isUp = false
  #isStopped = false
  #nextId = 1
  #redialMs = FIRST_REDIAL_MS
  #redial: NodeJS.Timeout | undefined

  constructor(options: WorkerLineOptions) {
    this.#options = options
  }

  get isUp(): boolean {
    return this.#isUp
  }

  dial(): void {
    const socket = connect(this.#options.path)
    this.#socket = socket
    const reader = new LineReader()
    socket.setEncoding('utf8')
    socket.on('connect', () => void this.#greet(socket))
    socket.on('data', (chunk: string) => {
      for (const message of readMessages(reader, chunk)) this.#receive(message)
    })
    // Every error is followed by `close`.
    socket.on('error', () => {})
    socket.on('close', () => this.#lost(socket))
  }

  /** @throws MediaAway (as rejection) if the worker is not up, goes away, or does not answer */
  command(command: WorkerCommand): Promise<WorkerAnswer> {
    const socket = this.#socket
    return this.#isUp && socket !== undefined
      ? this.#ask(socket, command)
      : Promise.reject(new MediaAway(this.#options.worker))
  }

  stop(): void {
    this.#isStopped = true
    clearTimeout(this.#redial)
    this.#socket?.destroy()
  }

  async #greet(socket: Socket): Promise<void> {
    try {
      const answer = await this.#ask(socket, { type: 'snapshot' })
      if (!answer.ok || answer.type !== 'snapshot') return void socket.destroy()
    } catch {
      // The line broke before the answer: `close` dials again.
    }
  }

  #ask(socket: Socket, command: WorkerCommand): Promise<WorkerAnswer> {
    const id = this.#nextId++
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => socket.destroy(), ANSWER_TIMEOUT_MS)
      this.#pending.set(id, {
        resolve: answer => {
          clearTimeout(timer)
          resolve(answer)
        },
        reject: error => {
          clearTimeout(timer)
          reject(error)
        },
      })
      socket.write(writeLine({ id, command }))
    })
  }

  #receive(message: FromWorker): void {
    if ('event' in message) {
      this.#options.onEvent(message.event)
      return
    }
    const { id, answer } = message
    const pending = this.#pending.get(id)
    this.#pending.delete(id)
    // The waiting events follow right behind the first snapshot: the listeners must have it before them.
    if (!this.#isUp && answer.ok && answer.type === 'snapshot') this.#up(answer.endpoints)
    pending?.resolve(answer)
  }

  #up(endpoints: EndpointSnapshot[]): void {
    this.#isUp = true
    this.#redialMs = FIRST_REDIAL_MS
    this.#options.onUp(endpoints)
  }

  #lost(socket: Socket): void {
    if (this.#socket !== socket) return
    this.#socket = undefined
    for (const { reject } of this.#pending.values()) reject(new MediaAway(this.#options.worker))
    this.#pending.clear()
    const wasUp = this.#isUp
    this.#isUp = false
    if (!this.#isStopped) this.#redial = setTimeout(() => this.dial(), this.#redialMs)
    this.#redialMs = Math.min(LONGEST_REDIAL_MS, this.#redialMs * 2)
    if (wasUp && !this.#isStopped) this.#options.onDown()
  }
}

function readMessages(reader: LineReader, chunk: string): FromWorker[] {
  return reader.read(chunk).map(line => JSON.parse(line) as FromWorker)
}
