import {
  createResponse,
  type LayerEvent,
  type ReplaceableDialog,
  type Replaces,
  type SipRequest,
  type TransactionId,
  type TransactionLayer,
} from '@ringdown/sip'
import type { LegDriver, LegEvent, LegId, LegRecord } from '../../leg.port.ts'
import { newToken } from '../new-token.ts'
import type { Trunk } from '../sip.port.ts'
import type { TrunkLoad } from '../trunk-load.ts'
import { Arrivals, type ArrivalsNeeds } from './arrivals.ts'
import { ClientRequests } from './client-requests.ts'
import { type Answered, IncomingLeg, type IncomingLegNeeds } from './incoming-leg.ts'
import { readLegData, type SipLegData } from './leg-data.ts'
import { LegIndex } from './leg-index.ts'
import { answeredBefore, dialogOf } from './replies.ts'
import { SipDialog } from './sip-dialog.ts'

export type IncomingSideNeeds = Omit<ArrivalsNeeds, 'index' | 'adopt'> &
  Omit<IncomingLegNeeds, 'report' | 'forget'> & {
    layer: Pick<TransactionLayer, 'request' | 'respond' | 'snapshot' | 'restore'>
    load: Pick<TrunkLoad, 'arrive' | 'arrived' | 'enter' | 'leave'>
    /** Whose request outside of dialogs this is, while it is handed to the layer. */
    trunkOf(id: TransactionId): Trunk | undefined
  }

/** Calls of others: all legs that come in, from their INVITEs on. */
export class IncomingSide {
  readonly #needs: IncomingSideNeeds
  readonly #index: LegIndex
  readonly #requests: ClientRequests
  readonly #arrivals: Arrivals

  constructor(needs: IncomingSideNeeds) {
    this.#needs = needs
    this.#index = new LegIndex(needs.load)
    this.#requests = new ClientRequests((request, flow) => needs.layer.request(request, flow))
    this.#arrivals = new Arrivals({ ...needs, index: this.#index, adopt: order => this.#adopt(order, 'no') })
  }

  /** Whether a far end has still to hear or to say something. */
  get isBusy(): boolean {
    return this.#requests.size > 0 || this.isLeaving
  }

  /** Whether a leg that was hung up waits for the ACK before its BYE. */
  get isLeaving(): boolean {
    return this.#index.hasLeaving
  }

  /** The last word to those who never acknowledged their answer. */
  leave(): void {
    this.#index.leaveAll()
  }

  /** From now on requests go out. */
  start(): void {
    this.#requests.start()
  }

  /** Takes up a leg of a control before us; false when it cannot be read. */
  restore({ leg, call, data: text }: LegRecord, known: { answered: boolean } | undefined): boolean {
    const stored = readLegData(text)
    if (!stored) return false
    if (this.#index.get(leg)) return true
    const isAnswered = known?.answered === true
    this.#needs.layer.restore(isAnswered ? answeredBefore(stored) : stored.data.transaction)
    const adopted = this.#adopt({ leg, ...stored }, isAnswered ? 'acknowledged' : 'unknown')
    if (adopted) this.#index.journaled(adopted, call)
    return adopted !== undefined
  }

  get(leg: LegId): IncomingLeg | undefined {
    return this.#index.get(leg)
  }

  ofEndpoint(endpoint: string): IncomingLeg | undefined {
    return this.#index.ofCall(this.#needs.places.callOf(endpoint))
  }

  /** Whether this request is inside a dialog of one of these legs. */
  owns(request: SipRequest): boolean {
    return this.#index.ofDialog(request) !== undefined
  }

  /** The dialog of these legs that this Replaces names (RFC 3891 §3). */
  named(replaces: Replaces): readonly ReplaceableDialog[] {
    return this.#index.named(replaces)
  }

  /** Whether this is the transaction of an INVITE that is on its way, or of a leg. */
  has(id: TransactionId): boolean {
    return this.#index.ofTransaction(id) !== undefined || this.#arrivals.has(id)
  }

  async openMedia(order: Parameters<LegDriver['openMedia']>[0]): ReturnType<LegDriver['openMedia']> {
    const leg = this.#index.get(order.leg)
    if (!leg) return { type: 'failed', ending: { result: 'internal', reason: 'internal-error' } }
    this.#index.journaled(leg, order.call)
    return leg.openMedia(order)
  }

  untilTold(leg: LegId): Promise<void> {
    return this.#index.untilTold(leg)
  }

  /** The ACK of this INVITE came: if it was refused, its telephone knows. */
  acknowledged(id: TransactionId | undefined): void {
    this.#index.acknowledged(id)
  }

  /** An event of the layer that is nobody else's. */
  take(event: LayerEvent): void {
    switch (event.type) {
      case 'request':
        this.#receive(event)
        break
      case 'ack':
        this.#index.ofDialog(event.request)?.acknowledged(event.request)
        break
      case 'cancelled':
        this.#arrivals.cancelled(event.id)
        this.#index.cancelled(event.id)
        break
      case 'no ack':
        this.#index.ofTransaction(event.id)?.noAck()
        break
      case 'response':
        if (event.response.status >= 200)
          this.#requests.final(event.id, event.response.status, event.response)
        break
      case 'timeout':
        this.#requests.final(event.id, 408)
        break
      case 'transport error':
        this.#requests.lost(event.id)
        break
      case 'terminated':
        this.#index.terminated(event.id)
    }
  }

  #receive({ id, request, flow }: Extract<LayerEvent, { type: 'request' }>): void {
    const { layer, trunkOf } = this.#needs
    const leg = this.#index.ofDialog(request)
    if (leg) {
      if (request.method === 'INVITE') this.#index.own(id, leg)
      leg.receive(id, request)
      return
    }
    const trunk = trunkOf(id)
    if (trunk) void this.#arrivals.receive({ id, request, flow }, trunk)
    else layer.respond(id, createResponse(request, 481, { toTag: newToken() }))
  }

  #adopt(
    order: { leg: LegId; data: SipLegData; invite: SipRequest },
    answered: Answered,
  ): IncomingLeg | undefined {
    const dialog = dialogOf(order.invite, order.data, this.#needs.clock.now())
    if (!dialog) return undefined
    const { layer } = this.#needs
    const ourSide = new SipDialog({ ...order, dialog }, { layer, requests: this.#requests })
    const leg = new IncomingLeg(
      { leg: order.leg, dialog: ourSide, answered },
      {
        ...this.#needs,
        report: event => this.#report(event),
        forget: forgotten => this.#forget(forgotten),
      },
    )
    this.#index.add(leg)
    return leg
  }

  #forget(leg: IncomingLeg): void {
    this.#index.remove(leg)
    this.#needs.places.forgetCall(leg.call)
  }

  async #report(event: LegEvent): Promise<'taken' | 'gone'> {
    try {
      return await this.#needs.calls.report(event)
    } catch {
      this.#needs.counter.count('report failed')
      return 'taken'
    }
  }
}
