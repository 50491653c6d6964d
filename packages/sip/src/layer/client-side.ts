import { createCancel, withVia } from '../message/build.ts'
import { cseqOf, toOf, viaList } from '../message/headers.ts'
import { type Header, isSuccess, type SipRequest, type SipResponse } from '../message/message.ts'
import { tagOf } from '../message/name-addr.ts'
import { serializeMessage } from '../message/serialize.ts'
import { startInviteClient } from '../transaction/invite-client.ts'
import { clientTransactionKey, MAGIC_COOKIE } from '../transaction/key.ts'
import { startNonInviteClient } from '../transaction/non-invite-client.ts'
import { TIMEOUT } from '../transaction/timers.ts'
import type { Flow, LayerPorts, TransactionId } from './ports.ts'
import type { Entry, TransactionStore } from './transaction-store.ts'
import { isReliable } from './via-routing.ts'

/** Our requests and the answers to them. */
export class ClientSide {
  readonly #store: TransactionStore
  readonly #ports: LayerPorts

  constructor(store: TransactionStore, ports: LayerPorts) {
    this.#store = store
    this.#ports = ports
  }

  request(request: SipRequest, flow: Flow, { branch }: { readonly branch?: string } = {}): TransactionId {
    const token = branch ?? this.#ports.newToken()
    const stamped = this.#stamp(request, flow, token)
    if (flow.transport !== 'udp' || !this.#isTooLarge(stamped)) return this.#open(stamped, flow).id
    const overTcp = { ...flow, transport: 'tcp' } as const
    const overUdp = { request: stamped, flow }
    return this.#open(this.#stamp(request, overTcp, token), overTcp, { overUdp }).id
  }

  /** RFC 3261 §18.1.1: what went over TCP for its size goes over UDP when TCP is not taken. True when it does. */
  fallsBack({ state, overUdp, cancel, cancelHeaders }: Entry): boolean {
    if (overUdp === undefined || (state.name !== 'calling' && state.name !== 'trying')) return false
    const entry = this.#open(overUdp.request, overUdp.flow)
    if (cancel !== undefined) Object.assign(entry, { cancel, cancelHeaders })
    return true
  }

  receive(response: SipResponse, flow: Flow): void {
    this.#store.count('responsesReceived')
    // RFC 3261 §8.1.3.3: with a second Via it was meant for somebody else.
    if (viaList(response).length > 1) {
      this.#store.count('strayResponses')
      return
    }
    const entry = this.#store.get(clientTransactionKey(response))
    if (entry === undefined) {
      this.#receiveStray(response, flow)
      return
    }
    this.#store.feed(entry, { type: 'response', response })
    if (entry.cancel === 'wanted' && entry.state.name === 'proceeding') this.#sendCancel(entry)
  }

  acknowledge(id: TransactionId | undefined, request: SipRequest, flow: Flow): void {
    const ack = this.#stamp(request, flow)
    this.#store.get(id)?.acks.set(tagOf(toOf(ack)) ?? '', { ack, flow })
    this.#store.send(ack, flow, id === undefined ? {} : { id })
  }

  /** RFC 3261 §9.1: a CANCEL must wait for a provisional response, else it may overtake the INVITE. */
  cancel(id: TransactionId, headers: readonly Header[] = []): boolean {
    const entry = this.#store.get(id)
    if (entry?.state.machine !== 'INVITE client') return false
    if (entry.cancel !== 'sent') entry.cancelHeaders = headers
    if (entry.state.name === 'calling') entry.cancel = 'wanted'
    else if (entry.state.name === 'proceeding') this.#sendCancel(entry)
    else return false
    return true
  }

  /** RFC 3261 §9.1: without a final response 64*T1 after the CANCEL, the INVITE counts as cancelled. */
  cancelTimedOut(entry: Entry): void {
    if (entry.state.name !== 'proceeding') return
    this.#store.count('timeouts')
    this.#store.emit({ type: 'timeout', id: entry.id, request: entry.state.request })
    this.#store.remove(entry)
  }

  // RFC 3581 §3: `rport` asks the peer to answer to where the request came from.
  #stamp(request: SipRequest, flow: Flow, token = this.#ports.newToken()): SipRequest {
    const branch = { name: 'branch', value: `${MAGIC_COOKIE}${token}` }
    const params = flow.transport === 'udp' ? [branch, { name: 'rport' }] : [branch]
    return withVia(request, { ...this.#ports.sentBy(flow), transport: flow.transport.toUpperCase(), params })
  }

  #isTooLarge(request: SipRequest): boolean {
    const { datagramBytes } = this.#ports
    return datagramBytes !== undefined && serializeMessage(request).length > datagramBytes
  }

  #open(
    request: SipRequest,
    flow: Flow,
    more: Pick<Entry, 'overUdp'> & { readonly internal?: boolean } = {},
  ): Entry {
    const start = request.method === 'INVITE' ? startInviteClient : startNonInviteClient
    const { state, effects } = start({ request, reliable: isReliable(flow) })
    const id = clientTransactionKey(request) ?? ''
    return this.#store.add({ id, state, flow, ...more }, effects)
  }

  #receiveStray(response: SipResponse, flow: Flow): void {
    this.#store.count('strayResponses')
    if (isSuccess(response) && cseqOf(response)?.method === 'INVITE') {
      this.#store.emit({ type: 'stray response', response, flow })
    }
  }

  #sendCancel(entry: Entry): void {
    if (entry.cancel === 'sent') return
    entry.cancel = 'sent'
    this.#open(createCancel(entry.state.request, entry.cancelHeaders), entry.flow, { internal: true })
    this.#store.startTimer(entry, 'cancel', TIMEOUT)
  }
}
