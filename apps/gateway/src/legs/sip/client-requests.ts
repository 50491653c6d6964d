import { isIP } from 'node:net'
import type { Flow, SipRequest, SipResponse, TransactionId, TransactionLayer } from '@ringdown/sip'
import { nextHop, parseUri, uriTransport } from '@ringdown/sip'

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

/** No port was said (RFC 3263 §4.2). */
const askDns = 0

/** RFC 3261 §8.1.2 for the transports that we have. A Contact that names none means the one the dialog came over. */
export function targetOf(request: SipRequest, arrival: Flow | undefined): Flow | undefined {
  const uri = parseUri(nextHop(request))
  if (uri?.scheme !== 'sip' && uri?.scheme !== 'sips') return arrival
  const named = uriTransport(uri) ?? arrival?.transport ?? 'udp'
  // RFC 3261 §26.2.2: of sips, whatever else is named means TLS. A WebSocket there is the one that is open.
  const transport = uri.scheme === 'sips' && named !== 'ws' && named !== 'wss' ? 'tls' : named
  if (transport !== 'udp' && transport !== 'tcp' && transport !== 'tls') return arrival
  // The certificate of a peer that called us is seldom for the address in its Contact; its connection is there already.
  const open = transport === 'tls' && arrival?.transport === 'tls' ? arrival.connection : undefined
  return {
    transport,
    address: uri.host,
    port: uri.port ?? (isIP(uri.host) === 0 ? askDns : transport === 'tls' ? 5061 : 5060),
    ...(open === undefined ? {} : { connection: open }),
  }
}
