import type { Ending } from '@ringdown/contract'
import type { Dialog, Flow, SipRequest, SipResponse, TransactionLayer } from '@ringdown/sip'
import {
  createInDialogRequest,
  createResponse,
  createUasDialog,
  dialogKey,
  parseNameAddr,
  receiveInDialog,
  refreshTarget,
} from '@ringdown/sip'
import type { RtpSettings, TransportAddress } from '../../media/worker.port.ts'
import type { LegEndCause, LegEvent, LegId, LegMedia } from '../leg.port.ts'
import { describe, readAnswer, readOffer } from './audio.ts'
import type { SipLegData } from './leg-data.ts'
import type { SipNeeds } from './sip.port.ts'
import { statusOfEnding } from './sip-statuses.rules.ts'

export type SipLegNeeds = Pick<SipNeeds, 'media' | 'addressFor' | 'counter'> & {
  layer: TransactionLayer
  report(event: LegEvent): Promise<'taken' | 'gone'>
  /** Sends a request where the dialog says. Returns its transaction; undefined when there is no way there. */
  request(request: SipRequest, fallback: Flow): string
  forget(leg: SipLeg): void
}

/** `unknown`: a control before us may or may not have sent the 2xx. */
type Answered = 'no' | 'sent' | 'acknowledged' | 'unknown'

export const allow = 'INVITE, ACK, BYE, CANCEL, OPTIONS, INFO, UPDATE'

/** One incoming SIP call: its INVITE, its dialog, its answer. Orders come from the call, reports go to it. */
export class SipLeg {
  readonly leg: LegId
  readonly data: SipLegData
  readonly invite: SipRequest
  readonly key: string
  call: string | undefined
  #dialog: Dialog
  #answered: Answered
  #media: LegMedia | undefined
  #sessionVersion = 1
  #over = false
  /** An end that came before the call stood in the journal. */
  #early: LegEvent | undefined
  readonly #needs: SipLegNeeds

  constructor(
    order: { leg: LegId; data: SipLegData; invite: SipRequest; answered: Answered; dialog: Dialog },
    needs: SipLegNeeds,
  ) {
    this.leg = order.leg
    this.data = order.data
    this.invite = order.invite
    this.#answered = order.answered
    this.#dialog = order.dialog
    this.key = dialogKey(order.dialog)
    this.#needs = needs
  }

  get transaction(): string {
    return this.data.transaction.id
  }

  get flow(): Flow {
    return this.data.transaction.flow
  }

  /** The call stands in the journal; what the far end did meanwhile is told now. */
  journaled(call: string): void {
    this.call = call
    const early = this.#early
    this.#early = undefined
    if (early) void this.#needs.report({ ...early, call })
  }

  async openMedia(order: { call: string; endpoint: string; worker: number; port?: number }) {
    const { call, endpoint, worker, port } = order
    const offer = readOffer(this.invite)
    if (!offer.ok) return { type: 'failed' as const, ending: noCommonCodec }
    const answer = await this.#needs.media.command(worker, {
      type: 'open rtp',
      endpoint,
      call,
      ...(port === undefined ? {} : { port }),
      settings: offer.settings,
    })
    if (!answer.ok || answer.type !== 'rtp') throw new Error(answer.ok ? answer.type : answer.code)
    this.#media = { worker, endpoint, local: answer.local }
    return { type: 'open' as const, media: this.#media }
  }

  /** RFC 3261 §13.3.1.4: the 2xx, repeated by the layer until its ACK. */
  async answer(media: LegMedia): Promise<void> {
    if (this.#answered === 'acknowledged' || this.#over) return
    const local = this.#media?.local ?? media.local ?? (await this.#localOf(media))
    const body = local && describe(this.invite, this.#end(local))
    if (body === undefined || !local) return void this.#needs.counter.count('failed')
    this.#media = { ...media, local }
    if (this.#answered !== 'sent') this.#respond(200, body)
    this.#answered = 'sent'
  }

  async hangUp(ending: Ending): Promise<void> {
    if (this.#over) return
    this.#finish()
    if (this.#answered === 'no') return this.#respond(statusOfEnding(ending))
    // Whether the 2xx of a former control arrived is not known: one of the two is right, the other does no harm.
    if (this.#answered === 'unknown') this.#respond(statusOfEnding(ending))
    this.#bye()
  }

  acknowledged(ack: SipRequest): void {
    if (this.#over || this.#answered === 'acknowledged') return
    this.#answered = 'acknowledged'
    if (this.invite.body.length === 0) void this.#settle(ack)
    void this.#tell({ type: 'answered', leg: this.leg, call: this.call ?? '' })
  }

  /** RFC 3261 §9.2: the caller hung up before the answer. */
  cancelled(): void {
    if (this.#over || this.#answered === 'acknowledged') return
    this.#respond(487)
    this.#ended('far end hung up')
  }

  noAck(): void {
    if (this.#over) return
    this.#bye()
    this.#ended('no ack')
  }

  /** A request inside the dialog other than ACK. */
  receive(id: string, request: SipRequest): void {
    const verdict = receiveInDialog(this.#dialog, request)
    if (verdict.type === 'refused') this.#answerRequest(id, request, verdict.status)
    if (verdict.type !== 'accepted') return
    this.#dialog = verdict.dialog
    if (request.method === 'BYE') this.#receiveBye(id, request)
    else if (request.method === 'INVITE' || request.method === 'UPDATE') void this.#renegotiate(id, request)
    else
      this.#answerRequest(id, request, request.method === 'OPTIONS' || request.method === 'INFO' ? 200 : 405)
  }

  #receiveBye(id: string, request: SipRequest): void {
    this.#answerRequest(id, request, 200)
    // RFC 3261 §15.1.2: a BYE ends an INVITE that is still pending as well.
    if (this.#answered === 'no') this.#respond(487)
    this.#ended('far end hung up')
  }

  /** Nothing was heard of the caller for a while: ask whether they are still there (RFC 3261 §11). */
  probe(): string | undefined {
    if (this.#over || this.#answered !== 'acknowledged') return undefined
    const { dialog, request } = createInDialogRequest(this.#dialog, { method: 'OPTIONS' })
    this.#dialog = dialog
    return this.#needs.request(request, this.flow)
  }

  /** RFC 3261 §12.2.1.2: 481 and 408 to a request inside the dialog mean that the far end is gone. */
  probed(status: number): void {
    if (status !== 481 && status !== 408) return
    this.#bye()
    this.#ended('unreachable')
  }

  async #renegotiate(id: string, request: SipRequest): Promise<void> {
    this.#dialog = refreshTarget(this.#dialog, request)
    const local = this.#media?.local
    if (request.body.length === 0 && request.method === 'UPDATE') return this.#answerRequest(id, request, 200)
    const offer = readOffer(request)
    if (!this.#media || !local || !offer.ok) return this.#answerRequest(id, request, 488)
    this.#sessionVersion += 1
    const body = describe(request, this.#end(local))
    const { worker, endpoint } = this.#media
    if (request.body.length > 0) await this.#update(worker, endpoint, offer.settings)
    this.#answerRequest(id, request, 200, body)
  }

  async #settle(ack: SipRequest): Promise<void> {
    const settings = readAnswer(ack)
    if (settings && this.#media) await this.#update(this.#media.worker, this.#media.endpoint, settings)
  }

  async #update(worker: number, endpoint: string, settings: RtpSettings) {
    await this.#needs.media.command(worker, { type: 'update rtp', endpoint, settings }).catch(() => undefined)
  }

  /** After a restart the worker still knows the port. */
  async #localOf(media: LegMedia): Promise<TransportAddress | undefined> {
    const answer = await this.#needs.media.command(media.worker, { type: 'snapshot' })
    if (!answer.ok || answer.type !== 'snapshot') return undefined
    return answer.endpoints.find(e => e.endpoint === media.endpoint)?.local ?? undefined
  }

  #end(local: TransportAddress) {
    const { sessionId } = this.data
    return {
      address: this.#needs.addressFor(this.flow.address),
      port: local.port,
      sessionId,
      sessionVersion: this.#sessionVersion,
    }
  }

  #respond(status: number, body?: string): void {
    this.#needs.layer.respond(this.transaction, finalResponse(this.invite, this.data, status, body))
  }

  #answerRequest(id: string, request: SipRequest, status: number, body?: string): void {
    this.#needs.layer.respond(id, finalResponse(request, this.data, status, body))
  }

  #bye(): void {
    const { dialog, request } = createInDialogRequest(this.#dialog, { method: 'BYE' })
    this.#dialog = dialog
    this.#needs.request(request, this.flow)
  }

  #ended(cause: LegEndCause): void {
    if (this.#over) return
    this.#finish()
    const event: LegEvent = { type: 'ended', leg: this.leg, call: this.call ?? '', cause }
    if (this.call === undefined) this.#early = event
    else void this.#needs.report(event)
  }

  #finish(): void {
    this.#over = true
    this.#needs.forget(this)
  }

  async #tell(event: LegEvent): Promise<void> {
    // The call ended while the far end was being answered: it must not hang in the air.
    if ((await this.#needs.report(event)) === 'gone')
      await this.hangUp({ result: 'internal', reason: 'internal-error' })
  }
}

const noCommonCodec: Ending = { result: 'upstream', reason: 'no-common-codec' }

function finalResponse(request: SipRequest, data: SipLegData, status: number, body?: string): SipResponse {
  const isAnswer = status >= 200 && status < 300
  const contact = isAnswer && request.method !== 'BYE' ? [{ name: 'Contact', value: data.contact }] : []
  const allowed = isAnswer || status === 405 ? [{ name: 'Allow', value: allow }] : []
  return createResponse(request, status, {
    toTag: data.localTag,
    headers: [...contact, ...allowed],
    ...(body === undefined ? {} : { body, contentType: 'application/sdp' }),
  })
}

/** The dialog that the answer to this INVITE makes (RFC 3261 §12.1.1); undefined when the INVITE makes none. */
export function dialogOf(invite: SipRequest, data: SipLegData): Dialog | undefined {
  const made = createUasDialog({ request: invite, response: finalResponse(invite, data, 200) })
  if (!made.ok || !parseNameAddr(data.contact)) return undefined
  // Seconds, so that a control after a restart numbers its requests above those of the one before (RFC 3261 §12.2.1.1).
  return { ...made.dialog, localCseq: Math.floor(Date.now() / 1000) - 1_700_000_000 }
}
