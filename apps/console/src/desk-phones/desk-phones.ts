import type { DeviceList, DeviceMade } from '@ringdown/contract'
import type { Failure, Outcome } from '../gateway/index.ts'
import { every, type Time } from '../time/index.ts'
import { type Observable, Source } from '../view-model/index.ts'
import type { DeskPhonesPort } from './desk-phones.port.ts'

/** Telephones register and go while the page is looked at. */
const refreshMs = 5_000

/** A phone that is being filled in. */
export type PhoneDraft = {
  name: string
  /** Null: the one who fills it in. */
  member: string | null
  isSending: boolean
  /** `name`: there is none. */
  problem: Failure | 'name' | null
}

export type DeskPhonesValue = {
  /** Null: not known yet. */
  list: DeviceList | null
  /** Why the list could not be read the last time. */
  failure: Failure | null
  draft: PhoneDraft | null
  /** One that was just made, with the password that nobody sees again. */
  made: DeviceMade | null
  /** The one that somebody is asked about before it is removed, and why that failed. */
  removing: { id: string; isGoing: boolean; failure: Failure | null } | null
}

const nothing: DeskPhonesValue = { list: null, failure: null, draft: null, made: null, removing: null }

/** The desk phones of whoever is signed in, as the gateway last told them. A call that comes in between takes nothing away. */
export class DeskPhones implements Observable<DeskPhonesValue> {
  readonly #args: { port: DeskPhonesPort; time: Time; onSessionMissing: () => void }
  readonly #state = new Source<DeskPhonesValue>(nothing)
  #reading: Promise<void> | null = null
  /** Counts changes made here: what was asked for before one is old. */
  #changes = 0

  constructor(args: { port: DeskPhonesPort; time: Time; onSessionMissing: () => void }) {
    this.#args = args
  }

  get value(): DeskPhonesValue {
    return this.#state.value
  }

  subscribe(listener: () => void): () => void {
    return this.#state.subscribe(listener)
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

  begin(): void {
    this.#state.patch({ draft: { name: '', member: null, isSending: false, problem: null } })
  }

  write(fields: Partial<Pick<PhoneDraft, 'name' | 'member'>>): void {
    const { draft } = this.value
    if (draft) this.#state.patch({ draft: { ...draft, ...fields, problem: null } })
  }

  cancel(): void {
    this.#state.patch({ draft: null })
  }

  async add(): Promise<void> {
    const { draft } = this.value
    if (!draft || draft.isSending) return
    const { name, member } = draft
    if (name.trim() === '') {
      this.#state.patch({ draft: { ...draft, problem: 'name' } })
      return
    }
    this.#state.patch({ draft: { ...draft, isSending: true, problem: null } })
    const before = ++this.#changes
    const outcome = this.#heard(
      await this.#args.port.add({ name: name.trim(), ...(member === null ? {} : { member }) }),
    )
    // Somebody else sits here now: the password is not theirs to see.
    if (before !== this.#changes) return
    if (outcome.ok) this.#state.patch({ draft: null, made: outcome.value })
    else this.#state.patch({ draft: { ...draft, isSending: false, problem: outcome.failure } })
    if (outcome.ok) await this.#readAgain()
  }

  /** The password was written down. */
  noted(): void {
    this.#state.patch({ made: null })
  }

  askToRemove(id: string): void {
    this.#state.patch({ removing: { id, isGoing: false, failure: null } })
  }

  keep(): void {
    this.#state.patch({ removing: null })
  }

  /** The one that was asked about. */
  async remove(): Promise<void> {
    const { removing } = this.value
    if (!removing || removing.isGoing) return
    const { id } = removing
    this.#state.patch({ removing: { id, isGoing: true, failure: null } })
    const before = ++this.#changes
    const outcome = this.#heard(await this.#args.port.remove(id))
    if (before !== this.#changes) return
    const isGone = outcome.ok || outcome.failure.code === 'device.unknown'
    if (!isGone) {
      this.#state.patch({ removing: { id, isGoing: false, failure: outcome.failure } })
      return
    }
    const { list, made } = this.value
    this.#state.patch({
      removing: null,
      made: made?.device.id === id ? null : made,
      list: list && { ...list, devices: list.devices.filter(device => device.id !== id) },
    })
    await this.#readAgain()
  }

  /** Somebody else signs in at this page: nothing of before is theirs. */
  clear(): void {
    this.#changes += 1
    this.#state.set(nothing)
  }

  #heard<T>(outcome: Outcome<T>): Outcome<T> {
    if (!outcome.ok && outcome.failure.code === 'session.missing') this.#args.onSessionMissing()
    return outcome
  }

  /** A list that was asked for before the change is not waited for. */
  async #readAgain(): Promise<void> {
    await this.#reading
    await this.read()
  }

  async #read(): Promise<void> {
    const before = this.#changes
    const outcome = this.#heard(await this.#args.port.list())
    if (before !== this.#changes) return
    if (outcome.ok) this.#state.patch({ list: outcome.value, failure: null })
    else this.#state.patch({ failure: outcome.failure })
  }
}
