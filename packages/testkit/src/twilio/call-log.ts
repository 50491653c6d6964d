import type { TwimlVerb } from './twiml.ts'

/** Everything that happened on a call, seen from Twilio. */
export type TwilioCallEvent =
  | { type: 'answered'; url: string; status: number; body: string }
  | { type: 'verb'; verb: TwimlVerb }
  | { type: 'stream started'; sid: string }
  /** `at`: ms since the call began. */
  | { type: 'media'; at: number; payload: Uint8Array }
  | { type: 'stream closed'; code: number; reason: string }
  /** What Twilio's debugger would show. */
  | { type: 'error'; message: string }
  | { type: 'ended'; status: string; by: string }

type Of<T extends TwilioCallEvent['type']> = Extract<TwilioCallEvent, { type: T }>

export class CallLog {
  readonly #events: TwilioCallEvent[] = []
  #waiting: { type: TwilioCallEvent['type']; nth: number; resolve(event: TwilioCallEvent): void }[] = []

  add(event: TwilioCallEvent): void {
    this.#events.push(event)
    const count = this.of(event.type).length
    const due = this.#waiting.filter(one => one.type === event.type && one.nth === count)
    this.#waiting = this.#waiting.filter(one => !due.includes(one))
    for (const { resolve } of due) resolve(event)
  }

  of<T extends TwilioCallEvent['type']>(type: T): Of<T>[] {
    return this.#events.filter((event): event is Of<T> => event.type === type)
  }

  waitFor<T extends TwilioCallEvent['type']>(type: T, nth: number): Promise<Of<T>> {
    const past = this.of(type)[nth - 1]
    if (past) return Promise.resolve(past)
    return new Promise(resolve => {
      this.#waiting.push({ type, nth, resolve: event => resolve(event as Of<T>) })
    })
  }

  /** Sentences that `<Say>` spoke. */
  said(): string[] {
    return this.of('verb').flatMap(({ verb }) => (verb.verb === 'Say' ? [verb.sentence] : []))
  }

  errors(): string[] {
    return this.of('error').map(({ message }) => message)
  }
}
