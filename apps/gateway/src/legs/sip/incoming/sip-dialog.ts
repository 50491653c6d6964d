import type { Dialog, Flow, Header, SipRequest, TransactionId, TransactionLayer } from '@ringdown/sip'
import { createInDialogRequest, dialogKey, receiveInDialog, refreshTarget } from '@ringdown/sip'
import type { RtpSettings } from '../../../media/worker.port.ts'
import { type AudioPolicy, plainG711 } from '../audio.ts'
import type { ClientRequests, OnFinal } from './client-requests.ts'
import type { LaterTerms, SipLegData } from './leg-data.ts'
import { reply, type Said } from './replies.ts'

type DialogNeeds = {
  layer: Pick<TransactionLayer, 'respond'>
  requests: Pick<ClientRequests, 'send'>
}

type DialogOrder = { data: SipLegData; invite: SipRequest; dialog: Dialog }

/** Our side of a dialog (RFC 3261 §12): what is said in it, to its INVITE and by us. */
export class SipDialog {
  readonly key: string
  readonly invite: SipRequest
  readonly #data: SipLegData
  readonly #needs: DialogNeeds
  #dialog: Dialog

  constructor({ data, invite, dialog }: DialogOrder, needs: DialogNeeds) {
    this.key = dialogKey(dialog)
    this.invite = invite
    this.#data = data
    this.#dialog = data.later ? { ...dialog, remoteTarget: data.later.target } : dialog
    this.#needs = needs
  }

  /** What names it (RFC 3261 §12). */
  get names(): Pick<Dialog, 'callId' | 'localTag' | 'remoteTag' | 'role'> {
    return this.#dialog
  }

  /** The INVITE's. */
  get transaction(): TransactionId {
    return this.#data.transaction.id
  }

  /** Where the INVITE came from, as far as its answers are concerned. */
  get flow(): Flow {
    return this.#data.transaction.flow
  }

  get sessionId(): string {
    return this.#data.sessionId
  }

  get trunk(): string | undefined {
    return this.#data.trunk
  }

  /** What its descriptions may agree on; G.711 over plain RTP where the leg is from before trunks had settings. */
  get audio(): AudioPolicy {
    return this.#data.audio ?? plainG711
  }

  /** What was agreed on after the first INVITE, with a control before us. */
  get settled(): RtpSettings | undefined {
    return this.#data.later?.settled
  }

  /** The peer's Contact, as it said last. */
  get target(): string {
    return this.#dialog.remoteTarget
  }

  /** What the leg is continued from when this holds. */
  dataWith(later: LaterTerms): SipLegData {
    return { ...this.#data, later }
  }

  get callerCheck(): SipLegData['callerCheck'] {
    return this.#data.callerCheck
  }

  /** Whether this request's turn has come; if not, it is answered here. */
  takes(id: TransactionId, request: SipRequest): boolean {
    const verdict = receiveInDialog(this.#dialog, request)
    if (verdict.type === 'refused') this.reply(id, request, verdict.status)
    // RFC 3261 §8.2.2.2: the same request on another way.
    if (verdict.type === 'repeated') this.reply(id, request, 482)
    if (verdict.type === 'accepted') this.#dialog = verdict.dialog
    return verdict.type === 'accepted'
  }

  /** RFC 3261 §12.2.2: a re-INVITE or UPDATE that succeeds may move the peer's Contact. */
  refresh(request: SipRequest): void {
    this.#dialog = refreshTarget(this.#dialog, request)
  }

  /** Answers the INVITE. False when it has its final answer or is unknown to the layer. */
  respond(status: number, said: Said = {}): boolean {
    return this.#needs.layer.respond(this.transaction, reply(this.invite, status, { ...this.#data, ...said }))
  }

  reply(id: TransactionId, request: SipRequest, status: number, said: Said = {}): void {
    this.#needs.layer.respond(id, reply(request, status, { ...this.#data, ...said }))
  }

  request(method: string, { headers = [], onFinal }: { headers?: Header[]; onFinal?: OnFinal } = {}): void {
    // RFC 3311 §5.1: UPDATE refreshes the target.
    const contact = method === 'UPDATE' ? [{ name: 'Contact', value: this.#data.contact }] : []
    const { dialog, request } = createInDialogRequest(this.#dialog, {
      method,
      headers: [...contact, ...headers],
    })
    this.#dialog = dialog
    const overArrival = this.#data.overArrival === true
    this.#needs.requests.send({ request, arrival: this.flow, overArrival, onFinal })
  }
}
