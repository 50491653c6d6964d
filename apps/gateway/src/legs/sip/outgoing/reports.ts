import type { LegEndCause, LegEvent, LegId } from '../../leg.port.ts'
import type { SipCounter } from '../sip.port.ts'
import type { News } from './far-end.ts'
import type { OutgoingListener } from './outgoing.port.ts'

type ReportsNeeds = {
  leg: LegId
  listener: Pick<OutgoingListener, 'report'>
  counter: SipCounter
}

/** What is told of one leg, and what that waits for: one after the other. */
export class Reports {
  readonly #needs: ReportsNeeds
  #call: string | undefined
  #line: Promise<void> = Promise.resolve()

  constructor(call: string | undefined, needs: ReportsNeeds) {
    this.#call = call
    this.#needs = needs
  }

  /** The call's id, where it is not known yet. */
  name(call: string): void {
    this.#call ??= call
  }

  /** Runs when everything before it is done. */
  inTurn(work: () => Promise<void>): void {
    this.#line = this.#line.then(work).catch(() => this.#needs.counter.count('failed'))
  }

  /** Resolves when everything up to now is done. */
  settled(): Promise<void> {
    return this.#line
  }

  /** Resolves when it is durable, or cannot be told. `gone`: nobody waits for the leg any more. */
  async tell(news: News | { type: 'ended'; cause: LegEndCause }): Promise<'taken' | 'gone'> {
    const { leg, listener, counter } = this.#needs
    const event: LegEvent = { ...news, leg, call: this.#call ?? '' }
    try {
      return await listener.report(event)
    } catch {
      counter.count('report failed')
      return 'taken'
    }
  }
}
