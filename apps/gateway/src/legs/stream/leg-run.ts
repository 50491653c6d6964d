import { randomUUID } from 'node:crypto'
import type { EndpointId, WorkerCommand, WorkerEvent } from '../../media/worker.port.ts'
import type { LegDriver, LegId } from '../leg.port.ts'
import type { LegData } from './leg-data.ts'
import { createReports } from './reports.ts'
import {
  newStreamLeg,
  type Path,
  type StreamLeg,
  type StreamLegEffect,
  type StreamLegInput,
  transition,
} from './stream-leg.state.ts'
import type { StreamDriverNeeds, StreamInstructions } from './stream-legs.port.ts'
import { createTicket } from './ticket.ts'

/** How long a webhook waits for the call to ask for audio; it asks as soon as it is journaled. ms. */
const orderWaitMs = 2_000
/**
 * A stream that fails this soon after the carrier was told of it failed at the door: a moment is let pass, so that the
 * tries are not used up before a worker that is being restarted is there again. ms.
 */
const failedAtDoorMs = 1_000

type StreamStarted = Extract<WorkerEvent, { type: 'stream started' }>

export type LegRunNeeds = StreamDriverNeeds & {
  leg: LegId
  data: LegData
  /** Null for a call that is not journaled yet. */
  call: string | null
  /** The first token where this process made it; null for a restored leg. */
  token: string | null
  forget(): void
}

/** One stream leg: the machine of `stream-leg.state.ts` with its token, timer, worker and carrier around it. */
export class LegRun {
  readonly #needs: LegRunNeeds
  readonly #reports: ReturnType<typeof createReports>
  readonly #ticket: ReturnType<typeof createTicket>
  #state: StreamLeg = newStreamLeg
  /** The endpoint that `calls` knows this leg's audio by: a stream that comes back is the same one. */
  #endpoint: EndpointId | null = null
  #toldAt = Number.NEGATIVE_INFINITY
  #cancelTimer = () => {}
  #waiters: (() => void)[] = []

  constructor(needs: LegRunNeeds) {
    this.#needs = needs
    this.#ticket = createTicket({ leg: needs.leg, data: needs.data, token: needs.token })
    this.#reports = createReports({ ...needs, onGone: () => void this.hangUp({ apologize: false }) })
  }

  call(): string | null {
    return this.#reports.call()
  }

  journaled(call: string): void {
    this.#reports.name(call)
  }

  async open(order: { call: string; path: Path }): ReturnType<LegDriver['openMedia']> {
    this.#reports.name(order.call)
    const state = this.#state
    if (state.type === 'up' && state.path.endpoint === order.path.endpoint)
      return { type: 'open', media: { ...state.path, local: null } }
    this.#endpoint = order.path.endpoint
    void this.#take({ type: 'open', path: order.path })
    return { type: 'carrier opens' }
  }

  answer(): void {
    void this.#reports.send({ type: 'answered' })
  }

  async hangUp(how: { apologize: boolean }): Promise<void> {
    await this.#take({ type: 'hang up', ...how })
  }

  start({ stream, token, carrierCall, carrierAccount }: StreamStarted, worker: number): void {
    const now = this.#needs.clock.now()
    const fault =
      carrierCall === this.#needs.data.call && carrierAccount === this.#needs.data.account
        ? this.#ticket.faultOf(token, now)
        : 'the token belongs to another call'
    void this.#take({ type: 'start', stream, worker, fault })
  }

  lost(path: Path): void {
    void this.#take({ type: 'lost', path, now: this.#needs.clock.now() })
  }

  restored(): void {
    void this.#take({ type: 'restored' })
  }

  /** A worker came or went; `path` is where it holds this leg's stream, if it does. */
  workerChanged(worker: number, path: Path | undefined): void {
    const now = this.#needs.clock.now()
    if (path) {
      this.#endpoint = path.endpoint
      void this.#take({ type: 'found', path, now })
    } else {
      void this.#take({ type: 'stream not there', worker, now })
    }
  }

  async carrierEnded(cause: 'far end hung up' | 'carrier ended'): Promise<void> {
    await this.#take({ type: 'carrier ended', cause })
  }

  async firstInstructions(): Promise<StreamInstructions> {
    if (this.#state.type === 'waiting') await this.#changeWithin(orderWaitMs)
    // No worker was up when the call came in, so that nothing was ordered; by now one may be.
    return this.#state.type === 'waiting' ? this.#placedInstructions('open') : this.#instructions()
  }

  async resumeInstructions(): Promise<StreamInstructions> {
    const before = this.#state
    const now = this.#needs.clock.now()
    void this.#take({ type: 'carrier asks', now })
    if (before.type !== 'ended' && this.#state.type === 'ended') return { type: 'apologize' }
    this.#ticket.void()
    if (before.type === 'expecting' && now - this.#toldAt < failedAtDoorMs) return { type: 'later' }
    return this.#placedInstructions('placed')
  }

  #placedInstructions(type: 'open' | 'placed'): StreamInstructions {
    const worker = this.#place()
    if (worker === undefined) return { type: 'later' }
    this.#endpoint ??= randomUUID()
    void this.#take({ type, path: { worker, endpoint: this.#endpoint } })
    return this.#instructions()
  }

  #instructions(): StreamInstructions {
    const state = this.#state
    if (state.type === 'ended') return { type: 'over' }
    // Bound already: this is a late repetition, and its answer goes nowhere.
    if (state.type !== 'expecting') return { type: 'later' }
    this.#toldAt = this.#needs.clock.now()
    void this.#take({ type: 'told' })
    return { type: 'stream', worker: state.path.worker, token: this.#ticket.current(this.#toldAt) }
  }

  #take(input: StreamLegInput): Promise<unknown> {
    const before = this.#state
    const step = transition(before, input)
    this.#state = step.state
    if (step.state.type === 'ended' && before.type !== 'ended') this.#needs.forget()
    const done = Promise.all(step.effects.map(effect => this.#apply(effect)))
    if (step.state !== before) for (const wake of this.#waiters.splice(0)) wake()
    return done
  }

  #apply(effect: StreamLegEffect): Promise<unknown> | undefined {
    switch (effect.type) {
      case 'accept':
        return this.#accept(effect)
      case 'refuse':
        this.#needs.counter.count('stream refused')
        return this.#order(effect.worker, {
          type: 'refuse stream',
          stream: effect.stream,
          reason: effect.reason,
        })
      case 'close':
        return this.#order(effect.path.worker, { type: 'close', endpoint: effect.path.endpoint })
      case 'report media up':
        return this.#reports.send({ type: 'media up', media: { ...effect.path, local: null } })
      case 'report media lost':
        return this.#reports.send({ type: 'media lost' })
      case 'report ended':
        return this.#reports.send({ type: 'ended', cause: effect.cause })
      case 'await carrier':
        this.#cancelTimer()
        this.#cancelTimer = this.#needs.clock.after(effect.ms, () => void this.#take({ type: 'resume due' }))
        return undefined
      case 'stop awaiting carrier':
        this.#cancelTimer()
        return undefined
      case 'ask carrier to resume':
        return this.#askToResume()
      case 'hang up at carrier':
        return this.#needs.carrier.hangUp(this.#needs.data, { apologize: effect.apologize })
    }
  }

  async #accept({ stream, path }: { stream: string; path: Path }): Promise<void> {
    this.#ticket.void()
    const call = await this.#reports.named
    const bound = await this.#order(path.worker, {
      type: 'accept stream',
      stream,
      endpoint: path.endpoint,
      call,
    })
    if (bound) this.#needs.counter.count('stream accepted')
    const now = this.#needs.clock.now()
    await this.#take(bound ? { type: 'bound', path, now } : { type: 'not bound', path })
  }

  async #askToResume(): Promise<void> {
    const answer = await this.#needs.carrier.askToResume(this.#needs.data)
    if (answer === 'failed') await this.#take({ type: 'resume failed' })
    if (answer === 'gone') await this.#take({ type: 'carrier ended', cause: 'carrier ended' })
  }

  /** True where the worker did it; a worker that is away took the stream with it. */
  async #order(worker: number, command: WorkerCommand): Promise<boolean> {
    return this.#needs.media.command(worker, command).then(
      answer => answer.ok,
      () => false,
    )
  }

  #place(): number | undefined {
    try {
      return this.#needs.media.place()
    } catch {
      return undefined
    }
  }

  #changeWithin(ms: number): Promise<void> {
    return new Promise(resolve => {
      const cancel = this.#needs.clock.after(ms, resolve)
      this.#waiters.push(() => {
        cancel()
        resolve()
      })
    })
  }
}
