import type { OperatorStatus } from '@ringdown/contract'
import type { LiveClient, LiveErrorCode, LiveOrder, LiveOutcome } from '../live/index.ts'
import type { MicrophoneProblem, Phone } from '../phone/index.ts'
import { type Time, until } from '../time/index.ts'
import { type Observable, Source } from '../view-model/index.ts'

const lineWithinMs = 15_000
const warmWithinMs = 10_000

/** Steps on the way to available, in order, as the page names them. */
export type GoingStep = 'microphone' | 'line' | 'test'

export type OperatorProblem =
  | { type: 'microphone'; problem: MicrophoneProblem }
  | { type: 'line' }
  | { type: 'refused'; code: LiveErrorCode }

export type OperatorValue = {
  going: GoingStep | null
  /** A status command is on its way. */
  busy: boolean
  problem: OperatorProblem | null
}

/** The operator's own state: going available is the microphone, the line, the test, and then the word to the gateway. */
export class Operator implements Observable<OperatorValue> {
  readonly #live: LiveClient
  readonly #phone: Phone
  readonly #time: Time
  readonly #state = new Source<OperatorValue>({ going: null, busy: false, problem: null })

  constructor(args: { live: LiveClient; phone: Phone; time: Time }) {
    this.#live = args.live
    this.#phone = args.phone
    this.#time = args.time
  }

  get value(): OperatorValue {
    return this.#state.value
  }

  subscribe(listener: () => void): () => void {
    return this.#state.subscribe(listener)
  }

  get status(): OperatorStatus | null {
    return this.#live.value.view?.operator.status ?? null
  }

  async goAvailable(): Promise<void> {
    if (this.value.busy) return
    this.#state.set({ going: 'microphone', busy: true, problem: null })
    const problem = await this.#tryToGoAvailable()
    this.#phone.prepare(false)
    this.#state.set({ going: null, busy: false, problem })
  }

  takeBreak(): Promise<void> {
    return this.#change({ type: 'take a break' })
  }

  goOffline(): Promise<void> {
    return this.#change({ type: 'go offline' })
  }

  dismiss(): void {
    this.#state.patch({ problem: null })
  }

  async #tryToGoAvailable(): Promise<OperatorProblem | null> {
    const microphone = await this.#phone.microphone.ask()
    if (microphone) return { type: 'microphone', problem: microphone }

    this.#state.patch({ going: 'line' })
    this.#phone.prepare(true)
    const up = await until({
      observable: this.#phone.line,
      condition: line => line.phase.at === 'up',
      withinMs: lineWithinMs,
      time: this.#time,
    })
    if (!up) return { type: 'line' }

    this.#state.patch({ going: 'test' })
    const outcome = await this.#askOnceWarm()
    if (outcome.ok) return this.#viewFollows()
    return outcome.code === 'operator.no-line' ? { type: 'line' } : { type: 'refused', code: outcome.code }
  }

  /** A gateway that has not finished its first probe refuses; it is asked again when the line is warm. */
  async #askOnceWarm(): Promise<LiveOutcome> {
    const first = await this.#live.send({ type: 'go available' })
    if (first.ok || first.code !== 'operator.no-line') return first
    const warm = await until({
      observable: this.#live,
      condition: ({ view }) => view?.line.state === 'warm',
      withinMs: warmWithinMs,
      time: this.#time,
    })
    return warm ? this.#live.send({ type: 'go available' }) : first
  }

  /** The line stays wanted until the view itself says so, or it would be released in between. */
  async #viewFollows(): Promise<null> {
    await until({
      observable: this.#live,
      condition: ({ view }) => view !== null && !['offline', 'on-break'].includes(view.operator.status),
      withinMs: warmWithinMs,
      time: this.#time,
    })
    return null
  }

  async #change(order: LiveOrder): Promise<void> {
    if (this.value.busy) return
    this.#state.set({ going: null, busy: true, problem: null })
    const outcome = await this.#live.send(order)
    this.#state.patch({
      busy: false,
      problem: outcome.ok ? null : { type: 'refused', code: outcome.code },
    })
  }
}
