import type { Socket } from 'node:net'
import type { HandedOverSocket } from '../media/worker.port.ts'
import type { Child, ChildEvents, Launch } from './child.port.ts'
import { createChildrenRecorder } from './children-record.ts'
import {
  type ChildName,
  type Effect,
  type Input,
  initialState,
  type State,
  type Timing,
  transition,
} from './supervision.state.ts'

export interface SupervisionLog {
  info(fields: object, text: string): void
  warn(fields: object, text: string): void
}

type Arguments = {
  launches: ReadonlyMap<ChildName, Launch>
  runDirectory: string
  timing: Timing
  log: SupervisionLog
  onReady: () => void
}

/** Runs the children and does what the state machine says; all decisions are in `supervision.state.ts`. */
export class Supervision {
  readonly #args: Arguments
  readonly #recorder
  readonly #children = new Map<ChildName, Child>()
  readonly #over = Promise.withResolvers<void>()
  #state: State

  constructor(args: Arguments) {
    this.#args = args
    this.#recorder = createChildrenRecorder(args.runDirectory)
    this.#state = initialState({ children: [...args.launches.keys()], timing: args.timing })
  }

  begin(): void {
    this.#take({ type: 'begin', at: performance.now() })
  }

  /** Stops everything in order; a second time (later than the same key press) it does not wait for calls. */
  stop(): void {
    this.#take({ type: 'stop', at: performance.now() })
  }

  /** Resolves when every child is gone. */
  get over(): Promise<void> {
    return this.#over.promise
  }

  #take(input: Input): void {
    const step = transition(this.#state, input)
    if (step.state.phase !== this.#state.phase)
      this.#args.log.info({ phase: step.state.phase }, 'supervision')
    this.#state = step.state
    for (const effect of step.effects) this.#perform(effect)
  }

  #perform(effect: Effect): void {
    switch (effect.type) {
      case 'start':
      case 'start later':
      case 'drain':
      case 'end':
      case 'kill':
        this.#tell(effect)
        break
      case 'deadline':
        setTimeout(() => this.#take({ type: 'deadline', phase: effect.phase }), effect.ms).unref()
        break
      case 'announce ready':
        this.#args.onReady()
        break
      case 'leave':
        this.#over.resolve()
    }
  }

  #tell(effect: Effect & { child: ChildName }): void {
    const { child } = effect
    switch (effect.type) {
      case 'start':
        this.#start(child)
        break
      case 'start later':
        setTimeout(() => this.#take({ type: 'delay over', child, at: performance.now() }), effect.ms)
        break
      case 'drain':
        this.#children.get(child)?.drain(effect.ms)
        break
      case 'end':
        this.#children.get(child)?.end()
        break
      case 'kill':
        this.#args.log.warn({ child }, 'does not end: killed')
        this.#children.get(child)?.kill()
    }
  }

  #start(name: ChildName): void {
    const child = this.#args.launches.get(name)?.(this.#eventsOf(name))
    if (!child) return
    this.#children.set(name, child)
    this.#note(name)
  }

  #note(name: ChildName): void {
    const pid = this.#children.get(name)?.pid
    if (pid === undefined) return
    this.#recorder.started(name, pid)
    this.#args.log.info({ child: name, childPid: pid }, 'started')
  }

  #eventsOf(name: ChildName): ChildEvents {
    return {
      ready: () => {
        if (name === 'database') this.#note(name)
        this.#take({ type: 'ready', child: name, at: performance.now() })
      },
      exited: reason => {
        const level = this.#state.phase === 'running' ? 'warn' : 'info'
        this.#args.log[level]({ child: name, reason }, 'ended')
        this.#children.delete(name)
        this.#recorder.ended(name)
        this.#take({ type: 'exited', child: name, at: performance.now() })
      },
      socket: (message, socket) => this.#passOn(message, socket),
    }
  }

  // Where the worker is away the carrier sees its connection closed and comes back for another.
  #passOn(message: HandedOverSocket, socket: Socket): void {
    const worker = this.#children.get(`worker ${message.worker}`)
    if (worker) worker.hand(message, socket)
    else socket.destroy()
  }
}
