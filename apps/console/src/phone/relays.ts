import type { RelayList } from '@ringdown/contract'
import type { Time } from '../time/index.ts'
import { type Observable, Source } from '../view-model/index.ts'

/** How a line may reach the gateway: of `RTCConfiguration`, what relays are about. */
export type RelayConfiguration = Required<Pick<RTCConfiguration, 'iceServers' | 'iceTransportPolicy'>>

/** A gateway that is slow to answer must not hold up a line that needs no relay. */
const patienceMs = 2_000

export type RelaysArgs = {
  /** Null: nothing is known now. Never rejects. */
  load: () => Promise<RelayList | null>
  /** Whether the user wants no other way. */
  only: () => boolean
  time: Time
}

/** The TURN servers by which lines may reach the gateway, with credentials that are fresh enough to begin with. */
export class Relays {
  readonly #args: RelaysArgs
  readonly #offered = new Source(false)
  #known: { list: RelayList; at: number } | null = null
  #loading: Promise<void> | null = null

  constructor(args: RelaysArgs) {
    this.#args = args
  }

  /** Whether there is one, as far as this page knows. */
  get offered(): Observable<boolean> {
    return this.#offered
  }

  /** For a line that opens now. Without a relay every line goes the direct way, whatever the user wants. */
  async configuration(): Promise<RelayConfiguration> {
    if (!this.#isFresh()) await this.#reload()
    const iceServers = this.#known?.list.servers ?? []
    const only = iceServers.length > 0 && this.#args.only()
    return { iceServers, iceTransportPolicy: only ? 'relay' : 'all' }
  }

  /** Half of the term is left for whatever takes long on the way. */
  #isFresh(): boolean {
    const known = this.#known
    return known !== null && this.#args.time.now() - known.at < known.list.expiresInS * 500
  }

  #reload(): Promise<void> {
    this.#loading ??= this.#load().finally(() => {
      this.#loading = null
    })
    const late = Promise.withResolvers<void>()
    const cancel = this.#args.time.after(patienceMs, () => late.resolve())
    return Promise.race([this.#loading, late.promise]).finally(cancel)
  }

  async #load(): Promise<void> {
    const at = this.#args.time.now()
    const list = await this.#args.load()
    if (!list) return
    this.#known = { list, at }
    this.#offered.set(list.servers.length > 0)
  }
}
