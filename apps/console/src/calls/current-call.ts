import type { LiveClient, LiveErrorCode, LiveOrder } from '../live/index.ts'
import type { Phone } from '../phone/index.ts'
import { type Observable, Source } from '../view-model/index.ts'
import { isDigit } from './digits.rules.ts'

export type CallAction = 'accept' | 'decline' | 'hang up' | 'hold' | 'resume'

export type CurrentCallValue = {
  /** What was asked of the gateway and is not answered yet. */
  pending: CallAction | null
  /** Digits sent during this call, shown while it lasts and kept nowhere else. */
  digits: string
  error: LiveErrorCode | null
}

const idle: CurrentCallValue = { pending: null, digits: '', error: null }

/** What the operator does with a call that rings or runs. */
export class CurrentCall implements Observable<CurrentCallValue> {
  readonly #live: LiveClient
  readonly #phone: Phone
  readonly #state = new Source<CurrentCallValue>(idle)
  #call: string | null = null
  #sending: Promise<unknown> = Promise.resolve()

  constructor(args: { live: LiveClient; phone: Phone }) {
    this.#live = args.live
    this.#phone = args.phone
    args.live.subscribe(() => this.#follow())
  }

  get value(): CurrentCallValue {
    return this.#state.value
  }

  subscribe(listener: () => void): () => void {
    return this.#state.subscribe(listener)
  }

  async accept(): Promise<void> {
    const call = this.#live.value.view?.offer?.call
    if (call === undefined) return
    const taken = await this.#ask('accept', { type: 'accept', call })
    if (taken) this.#phone.accepted(call)
  }

  async decline(): Promise<void> {
    const call = this.#live.value.view?.offer?.call
    if (call !== undefined) await this.#ask('decline', { type: 'decline', call })
  }

  async hangUp(): Promise<void> {
    const call = this.#active()
    if (call !== undefined) await this.#ask('hang up', { type: 'hang up', call })
  }

  async toggleHold(): Promise<void> {
    const active = this.#live.value.view?.active
    if (!active) return
    const action = active.state === 'held' ? 'resume' : 'hold'
    await this.#ask(action, { type: action, call: active.call })
  }

  toggleMute(): void {
    if (this.#active() !== undefined) this.#phone.setMuted(!this.#phone.muted.value)
  }

  /** Sends one digit after those before it. Anything but 0-9, * and # is ignored. */
  press(digit: string): void {
    const call = this.#active()
    if (call === undefined || !isDigit(digit)) return
    this.#state.patch({ digits: this.value.digits + digit })
    this.#sending = this.#sending.then(async () => {
      const outcome = await this.#live.send({ type: 'digits', call, digits: digit })
      if (!outcome.ok) this.#state.patch({ error: outcome.code })
    })
  }

  dismiss(): void {
    this.#state.patch({ error: null })
  }

  #active(): string | undefined {
    const active = this.#live.value.view?.active
    return active && active.state !== 'wrapping' ? active.call : undefined
  }

  async #ask(action: CallAction, order: LiveOrder): Promise<boolean> {
    if (this.value.pending) return false
    this.#state.patch({ pending: action, error: null })
    const outcome = await this.#live.send(order)
    this.#state.patch({ pending: null, error: outcome.ok ? null : outcome.code })
    return outcome.ok
  }

  #follow(): void {
    const call = this.#live.value.view?.active?.call ?? null
    if (call === this.#call) return
    this.#call = call
    this.#state.patch({ digits: '' })
  }
}
