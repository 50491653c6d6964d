import type { WorkerEvent } from '../worker.port.ts'

/** What a control that was away must still learn; the rest it reads from the snapshot or from the next report. */
const kept: ReadonlySet<WorkerEvent['type']> = new Set(['lost', 'played', 'digit', 'stream started'])

/** Events that happened while no control listened, oldest first. */
export class EventQueue {
  readonly #limit: number
  #events: WorkerEvent[] = []
  #dropped = 0

  /** @param limit events kept; beyond it the oldest are given up and counted */
  constructor(limit: number) {
    this.#limit = limit
  }

  add(event: WorkerEvent): void {
    if (!kept.has(event.type)) return
    this.#events.push(event)
    if (this.#events.length <= this.#limit) return
    this.#events.shift()
    this.#dropped++
  }

  takeAll(): WorkerEvent[] {
    const events = this.#events
    this.#events = []
    return events
  }

  get dropped(): number {
    return this.#dropped
  }
}
