import type { Socket } from 'node:net'
import type { HandedOverSocket } from '../media/worker.port.ts'

/** What the supervisor can do to a child, whether it is a program of ours or PostgreSQL. */
export interface Child {
  /** undefined while it is being started. */
  readonly pid: number | undefined
  /** No new work; end by itself within `ms`. 0 = at once. */
  drain(ms: number): void
  end(): void
  kill(): void
  hand(message: HandedOverSocket, socket: Socket): void
}

export interface ChildEvents {
  ready(): void
  /** Exactly once, also when it could not be started. The reason is for the log. */
  exited(reason: string): void
  socket(message: HandedOverSocket, socket: Socket): void
}

export type Launch = (events: ChildEvents) => Child
