import type {
  Flow,
  LayerEvent,
  SipRequest,
  SipResponse,
  TransactionId,
  TransactionLayer,
} from '@ringdown/sip'

/** What became of a request. RFC 3261 §8.1.3.1 lets a timeout count as 408, a transport error as 503. */
export type RequestOutcome = SipResponse | 'timeout' | 'transport error'

/** Requests that belong to no dialog, such as REGISTER and OPTIONS (RFC 3261 §10, §11), until their final answer. */
export class OutsideRequests {
  readonly #request: TransactionLayer['request']
  readonly #active = new Map<TransactionId, (outcome: RequestOutcome) => void>()
  #isClosed = false

  constructor(request: TransactionLayer['request']) {
    this.#request = request
  }

  send(request: SipRequest, flow: Flow): Promise<RequestOutcome> {
    if (this.#isClosed) return Promise.resolve('transport error')
    return new Promise(resolve => this.#active.set(this.#request(request, flow), resolve))
  }

  /** An event of the layer. False when it belongs to none of these. */
  take(event: LayerEvent): boolean {
    switch (event.type) {
      case 'response':
        if (event.response.status < 200) return this.#active.has(event.id)
        return this.#settle(event.id, event.response)
      case 'timeout':
      case 'transport error':
        return this.#settle(event.id, event.type)
      default:
        return false
    }
  }

  /** Nobody waits for what cannot come any more. */
  close(): void {
    this.#isClosed = true
    for (const id of [...this.#active.keys()]) this.#settle(id, 'transport error')
  }

  #settle(id: TransactionId, outcome: RequestOutcome): boolean {
    const resolve = this.#active.get(id)
    this.#active.delete(id)
    resolve?.(outcome)
    return resolve !== undefined
  }
}
