import {
  cseqOf,
  fromOf,
  type LayerEvent,
  type SipMessage,
  type TransactionId,
  type TransactionLayer,
  tagOf,
  toOf,
} from '@ringdown/sip'
import { guarded } from '../guard.ts'
import type { SipCounter } from '../sip.port.ts'
import type { LastWords } from './last-words.ts'
import type { OutgoingLeg } from './outgoing-leg.ts'

/** What a call agent asks of a transaction layer. */
export type CallLayer = Pick<TransactionLayer, 'request' | 'respond' | 'acknowledge' | 'cancel'>

type AgentLayerNeeds = {
  layer: CallLayer
  counter: SipCounter
  words: LastWords
  legOf(message: SipMessage, localTag: string | undefined): OutgoingLeg | undefined
}

/** The layer as the call agent sees it: what must not be said before it is durable waits here. */
export class AgentLayer implements CallLayer {
  readonly #needs: AgentLayerNeeds
  /** Our BYEs, until they are answered. */
  readonly #byes = new Map<TransactionId, () => void>()

  constructor(needs: AgentLayerNeeds) {
    this.#needs = needs
  }

  /** Whether a BYE of ours waits for its answer. */
  get hasByes(): boolean {
    return this.#byes.size > 0
  }

  /** An event of the layer: an INVITE of ours may have got its first word by it; a BYE its answer, or never will. */
  heard(event: LayerEvent): void {
    const { legOf } = this.#needs
    if (event.type === 'response' && cseqOf(event.response)?.method === 'INVITE')
      legOf(event.response, tagOf(fromOf(event.response)))?.heard(event.response)
    const isFinal = event.type === 'response' && event.response.status >= 200
    if (!isFinal && event.type !== 'timeout' && event.type !== 'transport error') return
    this.#byes.get(event.id)?.()
    this.#byes.delete(event.id)
  }

  request(...[request, flow, options]: Parameters<CallLayer['request']>): TransactionId {
    const { layer, words, legOf } = this.#needs
    const id = layer.request(request, flow, options)
    const leg = request.method === 'BYE' ? legOf(request, tagOf(fromOf(request))) : undefined
    if (leg) this.#byes.set(id, words.owe(leg.leg))
    return id
  }

  respond(...[id, response]: Parameters<CallLayer['respond']>): boolean {
    const { layer, counter, legOf } = this.#needs
    const leg = cseqOf(response)?.method === 'BYE' ? legOf(response, tagOf(toOf(response))) : undefined
    // A BYE that dies with this process unanswered is repeated to the next; an answered one would never be heard of.
    if (!leg) return layer.respond(id, response)
    leg.whenTold(() => guarded(counter, () => layer.respond(id, response)))
    return true
  }

  acknowledge(...[id, ack, flow]: Parameters<CallLayer['acknowledge']>): void {
    const { layer, counter, legOf } = this.#needs
    const leg = legOf(ack, tagOf(fromOf(ack)))
    const send = () => guarded(counter, () => layer.acknowledge(id, ack, flow))
    if (leg?.isOwnAck(ack)) leg.acknowledge(send)
    else send()
  }

  cancel(...[id, headers]: Parameters<CallLayer['cancel']>): boolean {
    return this.#needs.layer.cancel(id, headers)
  }
}
