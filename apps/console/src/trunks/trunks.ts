import type { TrunkView } from '@ringdown/contract'
import { every, type Time } from '../time/index.ts'
import { type Observable, Source } from '../view-model/index.ts'
import type { TrunkFailure, TrunksOutcome, TrunksPort } from './trunks.port.ts'

/** Registrations and hosts come and go while the page is looked at. */
const refreshMs = 5_000

export type TrunksValue = {
  /** Null: not known yet. */
  trunks: TrunkView[] | null
  /** Why the list could not be read the last time. */
  failure: TrunkFailure | null
}

export type TrunksArgs = {
  port: TrunksPort
  time: Time
  onSessionMissing: () => void
}

/** The organization's trunks as the gateway last told them. */
export class Trunks implements Observable<TrunksValue> {
  readonly #args: TrunksArgs
  readonly #state = new Source<TrunksValue>({ trunks: null, failure: null })
  #reading: Promise<void> | null = null
  /** Counts changes made here, so that a list that was asked for before one does not take it back. */
  #changes = 0

  constructor(args: TrunksArgs) {
    this.#args = args
  }

  get value(): TrunksValue {
    return this.#state.value
  }

  subscribe(listener: () => void): () => void {
    return this.#state.subscribe(listener)
  }

  find(id: string): TrunkView | undefined {
    return this.value.trunks?.find(trunk => trunk.id === id)
  }

  /** Reads the list now and every few seconds. Returns the end of it. */
  watch(): () => void {
    void this.read()
    return every({ time: this.#args.time, ms: refreshMs, action: () => void this.read() })
  }

  /** However many ask at once, the gateway is asked once. */
  read(): Promise<void> {
    this.#reading ??= this.#read().finally(() => {
      this.#reading = null
    })
    return this.#reading
  }

  /** Puts what was saved into the list before the next reading. */
  replace(trunk: TrunkView): void {
    this.#changed(others => [...others, trunk], trunk.id)
  }

  forget(id: string): void {
    this.#changed(others => others, id)
  }

  /** Somebody else signs in at this page: nothing of before is theirs. */
  clear(): void {
    this.#changes += 1
    this.#state.set({ trunks: null, failure: null })
  }

  /** Passes an answer on, and says so when it means that the session is over. */
  heard<T>(outcome: TrunksOutcome<T>): TrunksOutcome<T> {
    if (!outcome.ok && outcome.failure.code === 'session.missing') this.#args.onSessionMissing()
    return outcome
  }

  async #read(): Promise<void> {
    const before = this.#changes
    const outcome = this.heard(await this.#args.port.list())
    if (before !== this.#changes) return
    if (outcome.ok) this.#state.set({ trunks: outcome.value, failure: null })
    else this.#state.patch({ failure: outcome.failure })
  }

  #changed(change: (others: TrunkView[]) => TrunkView[], id: string): void {
    this.#changes += 1
    const others = (this.value.trunks ?? []).filter(trunk => trunk.id !== id)
    const byName = (one: TrunkView, other: TrunkView) => one.settings.name.localeCompare(other.settings.name)
    this.#state.patch({ trunks: change(others).toSorted(byName) })
  }
}
