import { chmodSync, rmSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { LineReader, writeLine } from '../lines.ts'
import type { FromWorker, WorkerAnswer, WorkerCommand, WorkerEvent } from '../worker.port.ts'
import { readCommand } from './command.rules.ts'
import { EventQueue } from './event-queue.ts'

/** Events kept for a control that is away. */
const KEPT_EVENTS = 10_000

export type ControlDoorOptions = {
  path: string
  run: (command: WorkerCommand) => Promise<WorkerAnswer>
}

/**
 * The worker's Unix socket. Any number of controls may be connected, one after the other or for a moment at once;
 * events go to the one that asked for a snapshot last, and wait while there is none.
 */
export class ControlDoor {
  readonly #options: ControlDoorOptions
  readonly #server: Server
  readonly #connections = new Set<Socket>()
  readonly #waiting = new EventQueue(KEPT_EVENTS)
  #listener: Socket | undefined
  #emptySince: number | undefined = performance.now()

  constructor(options: ControlDoorOptions) {
    this.#options = options
    this.#server = createServer(socket => this.#accept(socket))
  }

  /** A socket left by a predecessor that was killed is replaced. Only this user may connect. */
  listen(): Promise<void> {
    const { path } = this.#options
    rmSync(path, { force: true })
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen(path, () => {
        this.#server.off('error', reject)
        chmodSync(path, 0o600)
        resolve()
      })
    })
  }

  emit(event: WorkerEvent): void {
    if (this.#listener === undefined) this.#waiting.add(event)
    else this.#write(this.#listener, { event })
  }

  /** ms since the last control left; undefined while one is connected. */
  awayFor(now: number): number | undefined {
    return this.#emptySince === undefined ? undefined : now - this.#emptySince
  }

  close(): void {
    this.#server.close()
    for (const socket of this.#connections) socket.end()
  }

  #accept(socket: Socket): void {
    this.#connections.add(socket)
    this.#emptySince = undefined
    const reader = new LineReader()
    socket.setEncoding('utf8')
    socket.on('data', (chunk: string) => {
      try {
        for (const line of reader.read(chunk)) void this.#receive(socket, line)
      } catch {
        socket.destroy()
      }
    })
    socket.on('error', () => socket.destroy())
    socket.on('close', () => this.#leave(socket))
  }

  #leave(socket: Socket): void {
    this.#connections.delete(socket)
    if (this.#listener === socket) this.#listener = undefined
    if (this.#connections.size === 0) this.#emptySince = performance.now()
  }

  async #receive(socket: Socket, line: string): Promise<void> {
    const read = readCommand(line)
    if (!read.ok) {
      this.#write(socket, { id: read.id, answer: read.answer })
      return
    }
    const { id, command } = read.message
    const answer = await this.#options.run(command)
    this.#write(socket, { id, answer })
    if (command.type === 'snapshot' && this.#connections.has(socket)) this.#tell(socket)
  }

  #tell(socket: Socket): void {
    this.#listener = socket
    for (const event of this.#waiting.takeAll()) this.#write(socket, { event })
  }

  #write(socket: Socket, message: FromWorker): void {
    if (socket.writable) socket.write(writeLine(message))
  }
}
