import type { OperatorStatus } from '@ringdown/contract'
import type { LiveClient, LiveOrder } from '../live/index.ts'
import { isAtDesk, type Phone } from '../phone/index.ts'
import type { Time } from '../time/index.ts'
import { type Observable, Source } from '../view-model/index.ts'
import { type GoingStep, type OperatorProblem, orderWithLine } from './order-with-line.ts'

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
    // Neither microphone nor line is needed here.
    if (isAtDesk(this.#live.value.view)) return this.#change({ type: 'go available' })
    this.#state.set({ going: 'microphone', busy: true, problem: null })
    const problem = await orderWithLine({
      live: this.#live,
      phone: this.#phone,
      time: this.#time,
      order: { type: 'go available' },
      isShown: view => !['offline', 'on-break'].includes(view.operator.status),
      onStep: going => this.#state.patch({ going }),
    })
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
