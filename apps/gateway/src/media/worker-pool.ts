import { MediaAway } from './media.errors.ts'
import type {
  EndpointId,
  EndpointSnapshot,
  MediaPort,
  WorkerAnswer,
  WorkerCommand,
  WorkerEvent,
} from './worker.port.ts'
import { WorkerLine } from './worker-line.ts'
import { WorkerReferences } from './worker-references.ts'

export type WorkerPoolOptions = {
  /** Unix sockets of the workers, in the order of their indexes. */
  sockets: readonly string[]
  /** Secret that outlives a restart of control; references of workers are derived from it. */
  referenceKey: Buffer
}

type EventListener = Parameters<MediaPort['onEvent']>[0]
type WorkerListener = Parameters<MediaPort['onWorker']>[0]
type Member = { line: WorkerLine; endpoints: Set<EndpointId> }

/** Control's view of its media workers. */
export class WorkerPool implements MediaPort {
  readonly #members: readonly Member[]
  readonly #references: WorkerReferences
  readonly #eventListeners: EventListener[] = []
  readonly #workerListeners: WorkerListener[] = []
  #lastPlaced = 0

  constructor({ sockets, referenceKey }: WorkerPoolOptions) {
    this.#references = new WorkerReferences({ key: referenceKey, workers: sockets.length })
    this.#members = sockets.map((path, worker) => this.#member(path, worker))
  }

  /** Begins to dial. Register listeners before: the first snapshots come at once. */
  start(): void {
    for (const { line } of this.#members) line.dial()
  }

  stop(): void {
    for (const { line } of this.#members) line.stop()
  }

  place(): number {
    const count = this.#members.length
    let best: number | undefined
    for (let i = 1; i <= count; i++) {
      const worker = (this.#lastPlaced + i) % count
      if (this.#members[worker]!.line.isUp && (best === undefined || this.#load(worker) < this.#load(best))) {
        best = worker
      }
    }
    if (best === undefined) throw new MediaAway()
    this.#lastPlaced = best
    return best
  }

  referenceOf(worker: number): string {
    return this.#references.of(worker)
  }

  workerOf(reference: string): number | undefined {
    return this.#references.workerOf(reference)
  }

  async command(worker: number, command: WorkerCommand): Promise<WorkerAnswer> {
    const member = this.#members[worker]
    if (member === undefined) throw new MediaAway(worker)
    const opens = opened(command)
    const isNew = opens !== undefined && !member.endpoints.has(opens)
    // Counted before it is open: many calls may be placed within one round trip.
    if (opens !== undefined) member.endpoints.add(opens)
    try {
      const answer = await member.line.command(command)
      if (isNew && !answer.ok) member.endpoints.delete(opens)
      if (command.type === 'close') member.endpoints.delete(command.endpoint)
      return answer
    } catch (error) {
      if (isNew) member.endpoints.delete(opens)
      throw error
    }
  }

  onEvent(listener: EventListener): void {
    this.#eventListeners.push(listener)
  }

  onWorker(listener: WorkerListener): void {
    this.#workerListeners.push(listener)
  }

  #member(path: string, worker: number): Member {
    const endpoints = new Set<EndpointId>()
    const line = new WorkerLine({
      worker,
      path,
      onUp: snapshot => this.#up(worker, snapshot),
      onDown: () => this.#down(worker),
      onEvent: event => this.#event(worker, event),
    })
    return { line, endpoints }
  }

  #up(worker: number, snapshot: EndpointSnapshot[]): void {
    const { endpoints } = this.#members[worker]!
    endpoints.clear()
    for (const { endpoint } of snapshot) endpoints.add(endpoint)
    for (const listener of this.#workerListeners) listener(worker, { up: true, endpoints: snapshot })
  }

  #down(worker: number): void {
    this.#members[worker]!.endpoints.clear()
    for (const listener of this.#workerListeners) listener(worker, { up: false })
  }

  #event(worker: number, event: WorkerEvent): void {
    if (event.type === 'lost') this.#members[worker]!.endpoints.delete(event.endpoint)
    for (const listener of this.#eventListeners) listener(event, worker)
  }

  #load(worker: number): number {
    return this.#members[worker]!.endpoints.size
  }
}

function opened(command: WorkerCommand): EndpointId | undefined {
  const opens =
    command.type === 'open rtp' || command.type === 'open webrtc' || command.type === 'accept stream'
  return opens ? command.endpoint : undefined
}
