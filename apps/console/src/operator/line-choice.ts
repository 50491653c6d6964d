import type { OperatorLine } from '@ringdown/contract'
import type { LiveClient } from '../live/index.ts'
import type { Phone } from '../phone/index.ts'
import { type Time, until } from '../time/index.ts'
import { type Observable, Source } from '../view-model/index.ts'
import type { OperatorProblem } from './order-with-line.ts'

const viewWithinMs = 5_000

export type LineChoiceValue = {
  /** What was chosen, until the gateway's view says the same. */
  choosing: OperatorLine | null
  problem: OperatorProblem | null
}

/** Where this operator's calls ring: in the browser or at their desk phone. */
export class LineChoice implements Observable<LineChoiceValue> {
  readonly #live: LiveClient
  readonly #phone: Phone
  readonly #time: Time
  readonly #state = new Source<LineChoiceValue>({ choosing: null, problem: null })

  constructor(args: { live: LiveClient; phone: Phone; time: Time }) {
    this.#live = args.live
    this.#phone = args.phone
    this.#time = args.time
  }

  get value(): LineChoiceValue {
    return this.#state.value
  }

  subscribe(listener: () => void): () => void {
    return this.#state.subscribe(listener)
  }

  async choose(line: OperatorLine): Promise<void> {
    if (this.value.choosing) return
    this.#state.set({ choosing: line, problem: null })
    const problem = await this.#tryToChoose(line)
    this.#state.set({ choosing: null, problem })
  }

  dismiss(): void {
    this.#state.patch({ problem: null })
  }

  async #tryToChoose(line: OperatorLine): Promise<OperatorProblem | null> {
    if (line === 'browser' && this.#isAwake()) {
      // Calls would ring at once: whoever learns only then that there is no microphone has a caller waiting.
      const microphone = await this.#phone.microphone.ask()
      if (microphone) return { type: 'microphone', problem: microphone }
    }
    const outcome = await this.#live.send({ type: 'answer with', line })
    if (!outcome.ok) return { type: 'refused', code: outcome.code }
    await until({
      observable: this.#live,
      condition: ({ view }) => view?.deskPhone.answers === (line === 'desk phone'),
      withinMs: viewWithinMs,
      time: this.#time,
    })
    return null
  }

  #isAwake(): boolean {
    const status = this.#live.value.view?.operator.status ?? 'offline'
    return status !== 'offline' && status !== 'on-break'
  }
}
