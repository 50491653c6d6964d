import { createResponse } from '../message/build.ts'
import { maxForwardsOf, toOf } from '../message/headers.ts'
import { isSuccess, type SipRequest, type SipResponse } from '../message/message.ts'
import { tagOf } from '../message/name-addr.ts'
import { startInviteServer } from '../transaction/invite-server.ts'
import { serverTransactionKey } from '../transaction/key.ts'
import { startNonInviteServer } from '../transaction/non-invite-server.ts'
import { startRepetition } from './answer-repetition.ts'
import type { Flow, LayerPorts, TransactionId, TransactionSnapshot } from './ports.ts'
import { readSnapshot, takeSnapshot } from './snapshot.ts'
import type { Entry, TransactionStore } from './transaction-store.ts'
import { isReliable, responseFlow, stampSource } from './via-routing.ts'

/** Requests from the network and our answers to them. */
export class ServerSide {
  readonly #store: TransactionStore
  readonly #ports: LayerPorts

  constructor(store: TransactionStore, ports: LayerPorts) {
    this.#store = store
    this.#ports = ports
  }

  receive(received: SipRequest, flow: Flow): void {
    this.#store.count('requestsReceived')
    const request = stampSource(received, flow)
    const id = serverTransactionKey(request)
    const known = this.#store.get(id)
    if (id === undefined) this.#store.count('refused')
    else if (request.method === 'ACK') this.#receiveAck(request, flow, known)
    else if (known !== undefined) this.#receiveAgain(known, request)
    else if (request.method === 'CANCEL') this.#receiveCancel(id, request, flow)
    // RFC 3261 §8.2.2.2: a merged request is refused; the copy that came first goes on.
    else if (this.#store.isMerged(request)) this.#refuse(request, 482, flow)
    else if (this.#hasNoHopLeft(request)) this.#refuse(request, 483, flow)
    else if (this.#store.isFull()) this.#refuse(request, 503, flow)
    else this.#open(id, request, flow)
  }

  /** Answers without a transaction: what a stranger sends must not cost memory. */
  refuse(request: SipRequest, status: number, flow: Flow): void {
    this.#refuse(stampSource(request, flow), status, flow)
  }

  respond(id: TransactionId, response: SipResponse): boolean {
    const entry = this.#store.get(id)
    const waits = entry?.state.name === 'trying' || entry?.state.name === 'proceeding'
    if (entry === undefined || !waits || !entry.state.machine.endsWith('server')) return false
    this.#store.feed(entry, { type: 'respond', response })
    if (entry.state.machine === 'INVITE server' && isSuccess(response)) {
      this.#store.awaitAck(entry, startRepetition(response))
    }
    return true
  }

  snapshot(id: TransactionId): TransactionSnapshot | undefined {
    const entry = this.#store.get(id)
    return entry?.state.machine === 'INVITE server'
      ? takeSnapshot({ ...entry, state: entry.state })
      : undefined
  }

  restore(snapshot: TransactionSnapshot): boolean {
    const restored = readSnapshot(snapshot)
    if (restored === undefined || this.#store.get(restored.id) !== undefined) return false
    const { effects, repetition, ...living } = restored
    const entry = this.#store.add(living, effects)
    if (repetition !== undefined) this.#store.awaitAck(entry, repetition)
    return true
  }

  #open(id: TransactionId, request: SipRequest, flow: Flow, internal = false): Entry {
    const start = request.method === 'INVITE' ? startInviteServer : startNonInviteServer
    const delayed = this.#ports.delaysTrying === true
    const { state, effects } = start({ request, reliable: isReliable(flow), delayed })
    return this.#store.add({ id, state, flow: responseFlow(request, flow), internal }, effects)
  }

  #hasNoHopLeft(request: SipRequest): boolean {
    return this.#ports.refusesZeroHops === true && request.method === 'INVITE' && maxForwardsOf(request) === 0
  }

  #receiveAgain(known: Entry, request: SipRequest): void {
    this.#store.count('retransmissionsReceived')
    this.#store.feed(known, { type: 'request', request })
  }

  #receiveAck(request: SipRequest, flow: Flow, known: Entry | undefined): void {
    // RFC 3261 §13.3.1.4: a 2xx is acknowledged inside its dialog; the branch of the INVITE alone does not make an ACK its own.
    const answered = known === undefined || known.repetition !== undefined
    const entry = answered ? this.#store.answeredBy(request) : known
    if (entry !== undefined) {
      this.#store.feed(entry, { type: 'request', request })
      return
    }
    // The INVITE may have been answered by a process that is gone: its dialog may still want to know.
    this.#store.count('strayAcks')
    this.#store.emit({ type: 'ack', request, flow })
  }

  /** RFC 3261 §9.2: 200 for a CANCEL whose INVITE is known, whatever its state, else 481. */
  #receiveCancel(id: TransactionId, cancel: SipRequest, flow: Flow): void {
    const invite = this.#store.get(serverTransactionKey(cancel, 'INVITE'))
    // A flood of CANCELs for nothing must not cost memory either.
    if (invite === undefined && this.#store.isFull()) {
      this.#refuse(cancel, 481, flow)
      return
    }
    const entry = this.#open(id, cancel, flow, true)
    const toTag = (invite && answeredTag(invite)) ?? this.#ports.newToken()
    const response = createResponse(cancel, invite === undefined ? 481 : 200, { toTag })
    this.#store.feed(entry, { type: 'respond', response })
    if (invite?.state.name === 'proceeding') this.#store.emit({ type: 'cancelled', id: invite.id, cancel })
  }

  #refuse(request: SipRequest, status: number, flow: Flow): void {
    this.#store.count('refused')
    if (request.method === 'ACK') return
    const response = createResponse(request, status, { toTag: this.#ports.newToken() })
    this.#store.send(response, responseFlow(request, flow))
  }
}

/** RFC 3261 §9.2: the answers to CANCEL and INVITE should have the same To tag. */
function answeredTag({ state, repetition }: Entry): string | undefined {
  const response = 'last' in state ? state.last : repetition?.response
  return response === undefined ? undefined : tagOf(toOf(response))
}
