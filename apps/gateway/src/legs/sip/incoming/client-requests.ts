import type { Flow, SipRequest, SipResponse, TransactionId, TransactionLayer } from '@ringdown/sip'
import { targetOf } from '../request-target.rules.ts'

/** `response` is undefined when none came (RFC 3261 §8.1.3.1): then the status stands for what happened. */
export type OnFinal = (status: number, response?: SipResponse) => void

type Pending = {
  request: SipRequest
  /** Where the dialog's INVITE came from: the way that remains when the peer's Contact leads nowhere. */
  arrival: Flow | undefined
  /** That way is the first, and not the last. */
  overArrival?: boolean | undefined
  onFinal: OnFinal | undefined
}

/** Requests that we send inside dialogs, until their final answer. */
export class ClientRequests {
  readonly #request: TransactionLayer['request']
  readonly #active = new Map<TransactionId, Pending>()
  /** Before we listen nobody knows which port belongs into Via. */
  #early: Pending[] | undefined = []

  constructor(request: TransactionLayer['request']) {
    this.#request = request
  }

  get size(): number {
    return this.#active.size + (this.#early?.length ?? 0)
  }

  /** From now on requests go out. */
  start(): void {
    const early = this.#early ?? []
    this.#early = undefined
    for (const pending of early) this.send(pending)
  }

  send(pending: Pending): void {
    if (this.#early) return void this.#early.push(pending)
    const { request, arrival } = pending
    const flow = pending.overArrival ? arrival : targetOf(request, arrival)
    if (flow) this.#active.set(this.#request(request, flow), pending)
    else pending.onFinal?.(503)
  }

  /** RFC 3261 §8.1.3.1: a timeout counts as 408. */
  final(id: TransactionId, status: number, response?: SipResponse): void {
    const pending = this.#active.get(id)
    this.#active.delete(id)
    pending?.onFinal?.(status, response)
  }

  /** The request did not go out: it goes the other way, to where the INVITE came from or to the Contact, unless it just did. */
  lost(id: TransactionId): void {
    const pending = this.#active.get(id)
    if (!pending) return
    this.#active.delete(id)
    const { request, arrival, overArrival, onFinal } = pending
    const way = overArrival ? targetOf(request, undefined) : arrival
    if (way) this.#active.set(this.#request(request, way), { request, arrival: undefined, onFinal })
    else onFinal?.(503)
  }
}
