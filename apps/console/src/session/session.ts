import type { Me } from '@ringdown/contract'
import { backOffMs } from '../live/index.ts'
import { every, type Time } from '../time/index.ts'
import { type Observable, Source } from '../view-model/index.ts'
import type { SessionErrorCode, SessionPort } from './session.port.ts'

/** The gateway extends a session whenever it is used; well inside the hour that a session lasts at most. */
const renewMs = 10 * 60_000

export type SessionValue =
  | { at: 'checking'; unreachable: boolean }
  | { at: 'signed out'; why: 'first' | 'expired' | 'left'; error: SessionErrorCode | null; busy: boolean }
  | { at: 'signed in'; me: Me }

export type SessionArgs = {
  port: SessionPort
  time: Time
  random: () => number
  /** What is to be said while somebody is still signed in. Never rejects, and does not take long. */
  beforeSignOut: () => Promise<void>
}

/** Who is signed in at this page. */
export class Session implements Observable<SessionValue> {
  readonly demo = new Source(false)
  readonly #args: SessionArgs
  readonly #state = new Source<SessionValue>({ at: 'checking', unreachable: false })
  #stopRenewing: () => void = () => {}

  constructor(args: SessionArgs) {
    this.#args = args
  }

  get value(): SessionValue {
    return this.#state.value
  }

  subscribe(listener: () => void): () => void {
    return this.#state.subscribe(listener)
  }

  /** Finds out who is signed in, trying until the gateway answers. */
  async start(attempt = 0): Promise<void> {
    const me = await this.#args.port.me()
    if (me === 'unreachable') {
      this.#state.set({ at: 'checking', unreachable: true })
      const ms = backOffMs({ attempt, random: this.#args.random() })
      this.#args.time.after(ms, () => void this.start(attempt + 1))
      return
    }
    void this.#learnDemo()
    if (me) this.#enter(me)
    else this.#leave('first')
  }

  async signIn(credentials: { email: string; password: string }): Promise<void> {
    const before = this.value
    if (before.at !== 'signed out' || before.busy) return
    this.#state.set({ ...before, busy: true, error: null })
    const error = await this.#args.port.signIn(credentials)
    if (error) {
      this.#state.set({ ...before, busy: false, error })
      return
    }
    const me = await this.#args.port.me()
    if (me && me !== 'unreachable') this.#enter(me)
    else this.#state.set({ ...before, busy: false, error: me === null ? 'no-organization' : 'unreachable' })
  }

  async signOut(): Promise<void> {
    if (this.value.at !== 'signed in') return
    await this.#args.beforeSignOut()
    this.#leave('left')
    await this.#args.port.signOut()
  }

  /** The gateway says that there is no session any more. */
  lost(): void {
    if (this.value.at === 'signed in') this.#leave('expired')
  }

  /** Asks the gateway, which renews the session on the way. True when it is gone. */
  async isMissing(): Promise<boolean> {
    return (await this.#args.port.me()) === null
  }

  /** Renews the session now: the page was away, or the computer slept. */
  async renew(): Promise<void> {
    if (this.value.at === 'signed in' && (await this.isMissing())) this.lost()
  }

  #enter(me: Me): void {
    this.#stopRenewing()
    this.#stopRenewing = every({ time: this.#args.time, ms: renewMs, action: () => void this.renew() })
    this.#state.set({ at: 'signed in', me })
  }

  #leave(why: 'first' | 'expired' | 'left'): void {
    this.#stopRenewing()
    this.#state.set({ at: 'signed out', why, error: null, busy: false })
  }

  async #learnDemo(): Promise<void> {
    this.demo.set((await this.#args.port.about())?.demo ?? false)
  }
}
