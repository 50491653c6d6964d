import type { EndingReason } from '@ringdown/contract'
import type { LiveClient } from '../live/index.ts'
import { type GoingStep, type OperatorProblem, orderWithLine } from '../operator/index.ts'
import type { Phone } from '../phone/index.ts'
import type { Time } from '../time/index.ts'
import { type Observable, Source } from '../view-model/index.ts'
import type { NumberReader, ReadNumber } from './number.port.ts'
import { dialledIn, outcomeOf } from './outcome.rules.ts'

export type DiallerValue = {
  open: boolean
  /** As it was typed. Kept until somebody answers, so that a busy number can be called again. */
  number: string
  /** Its id; null: the first that calls out. */
  trunk: string | null
  /** What is under way. */
  step: GoingStep | null
  problem: OperatorProblem | null
  /** Why nobody answered the last call. */
  outcome: EndingReason | null
  /** Null: not known yet. */
  reader: NumberReader | null
}

const idle = { open: false, number: '', trunk: null, step: null, problem: null, outcome: null } as const

export type DiallerArgs = {
  live: LiveClient
  phone: Phone
  time: Time
  loadReader: () => Promise<NumberReader>
}

/** Calls a number: what is typed, the way to the call, and what became of one that nobody answered. */
export class Dialler implements Observable<DiallerValue> {
  readonly #args: DiallerArgs
  readonly #state = new Source<DiallerValue>({ ...idle, reader: null })
  /** The call that rings. */
  #call: string | null = null

  constructor(args: DiallerArgs) {
    this.#args = args
    args.live.subscribe(() => this.#follow())
  }

  get value(): DiallerValue {
    return this.#state.value
  }

  subscribe(listener: () => void): () => void {
    return this.#state.subscribe(listener)
  }

  open(): void {
    this.#state.patch({ open: true, problem: null, outcome: null })
    if (!this.value.reader) void this.#loadReader()
  }

  close(): void {
    if (this.value.open) this.#state.patch({ open: false, problem: null })
  }

  type(number: string): void {
    this.#state.patch({ number, problem: null })
  }

  choose(trunk: string | null): void {
    this.#state.patch({ trunk, problem: null })
  }

  /** The outcome was read, and the number is not needed any more. */
  dismiss(): void {
    this.#state.patch({ outcome: null, number: '' })
  }

  /** Somebody else may use this page: nothing of before is theirs. */
  clear(): void {
    this.#call = null
    this.#state.patch(idle)
  }

  /** What was typed, as it is understood; null for what cannot be a number, and while nobody can say. */
  read(callingCode: string | null): ReadNumber | null {
    const { reader, number } = this.value
    return reader?.(number, callingCode) ?? null
  }

  async dial(callingCode: string | null): Promise<void> {
    const { step, reader, number, trunk } = this.value
    if (step !== null) return
    if (number.trim() === '' || (reader && !this.read(callingCode))) return this.#refuse('number.malformed')
    this.#state.patch({ problem: null, outcome: null })
    const problem = await orderWithLine({
      ...this.#args,
      order: { type: 'dial', number: number.trim(), ...(trunk === null ? {} : { trunk }) },
      isShown: view => view.active !== null,
      onStep: going => this.#state.patch({ step: going }),
    })
    this.#state.patch({ step: null, problem, open: problem !== null && this.value.open })
  }

  #refuse(code: 'number.malformed'): void {
    this.#state.patch({ problem: { type: 'refused', code } })
  }

  async #loadReader(): Promise<void> {
    // Without it the gateway alone says what is a number.
    const reader = await this.#args.loadReader().catch(() => null)
    if (reader) this.#state.patch({ reader })
  }

  #follow(): void {
    const { view } = this.#args.live.value
    if (!view) return
    // A call that rings, or runs, comes before one that is about to be made.
    if (view.offer || view.active) this.close()
    const dialled = dialledIn(view)
    if (dialled !== null) {
      this.#call = dialled
      return
    }
    if (this.#call === null) return
    const outcome = outcomeOf(view, this.#call)
    if (outcome === undefined) return
    this.#call = null
    this.#state.patch(outcome === null ? { number: '', outcome: null } : { outcome })
  }
}
