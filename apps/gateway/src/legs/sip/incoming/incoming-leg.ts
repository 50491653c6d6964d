import type { CallerIdentity, Ending } from '@ringdown/contract'
import type { Header, ReplaceableDialog, SipRequest, TransactionId } from '@ringdown/sip'
import type { LegDriver, LegEndCause, LegEvent, LegId, LegMedia } from '../../leg.port.ts'
import type { AudioPlaces } from '../audio-places.ts'
import { identify } from '../identity/identify.ts'
import { type Heard, heard, type Liveness, listen } from '../liveness.rules.ts'
import { openRtp } from '../open-rtp.ts'
import { answerInDialog } from '../screening.rules.ts'
import type { SipNeeds } from '../sip.port.ts'
import { AudioSession } from './audio-session.ts'
import { Farewell } from './farewell.ts'
import { LegChanges } from './leg-changes.ts'
import { Renegotiation } from './renegotiation.ts'
import { SessionClock } from './session-clock.ts'
import type { SipDialog } from './sip-dialog.ts'
import { statusOfEnding } from './sip-statuses.rules.ts'

export type IncomingLegNeeds = Pick<
  SipNeeds,
  'media' | 'addressFor' | 'counter' | 'clock' | 'verifyCaller' | 'keepLeg'
> & {
  places: AudioPlaces
  /** Never rejects. */
  report(event: LegEvent): Promise<'taken' | 'gone'>
  forget(leg: IncomingLeg): void
}

/** `unknown`: a control before us may or may not have sent the 2xx. */
export type Answered = 'no' | 'unknown' | 'sent' | 'acknowledged'

/** One incoming SIP call, between its dialog and the call. Orders come from the call, reports go to it. */
export class IncomingLeg {
  readonly leg: LegId
  readonly #dialog: SipDialog
  readonly #audio: AudioSession
  readonly #changes: LegChanges
  readonly #renegotiation: Renegotiation
  readonly #session: SessionClock
  readonly #farewell: Farewell
  readonly #needs: IncomingLegNeeds
  #call: string | undefined
  #answered: Answered
  #isOver = false
  #liveness: Liveness = heard
  /** An end that came before the call stood in the journal. */
  #early: LegEndCause | undefined
  #endTold: Promise<unknown> = Promise.resolve()

  constructor(order: { leg: LegId; dialog: SipDialog; answered: Answered }, needs: IncomingLegNeeds) {
    const { leg, dialog, answered } = order
    this.leg = leg
    this.#dialog = dialog
    this.#farewell = new Farewell(dialog, needs.clock)
    this.#answered = answered
    this.#needs = needs
    this.#audio = new AudioSession(dialog.invite, {
      ...needs,
      address: needs.addressFor(dialog.flow.address),
      sessionId: dialog.sessionId,
      isRestored: answered !== 'no',
      policy: dialog.audio,
      settled: dialog.settled,
    })
    this.#changes = new LegChanges({ ...needs, leg, dialog, audio: this.#audio })
    this.#session = new SessionClock(dialog, { clock: needs.clock, onGone: () => this.#gone() })
    if (answered === 'acknowledged') this.#session.resume()
    this.#renegotiation = new Renegotiation(dialog, this.#audio, {
      session: this.#session,
      counter: needs.counter,
      media: () => needs.places.ofCall(this.#call),
      isOver: () => this.#isOver,
      agreed: () => this.#changes.look(),
    })
  }

  get trunk(): string | undefined {
    return this.#dialog.trunk
  }

  get key(): string {
    return this.#dialog.key
  }

  get transaction(): TransactionId {
    return this.#dialog.transaction
  }

  get call(): string | undefined {
    return this.#call
  }

  /** How far it has come, for who asks to take its place (RFC 3891 §3). */
  get replaceable(): ReplaceableDialog {
    const phase = this.#isOver ? 'over' : this.#answered === 'no' ? 'early' : 'confirmed'
    return { phase, dialog: this.#dialog.names }
  }

  /** What is proved about the caller. Never rejects. */
  identify(arrivedAt: number): Promise<CallerIdentity> {
    const { invite, callerCheck: check } = this.#dialog
    return identify({ invite, check, arrivedAt }, this.#needs.verifyCaller)
  }

  /** RFC 3261 §15: no BYE before the ACK. A leg that was hung up in between waits for it. */
  get isLeaving(): boolean {
    return this.#farewell.owesBye
  }

  /** Resolves when the far end has heard of the end. */
  untilTold(): Promise<void> {
    return this.#farewell.over()
  }

  /** The call stands in the journal; what the far end did meanwhile is told now. */
  journaled(call: string): void {
    this.#call ??= call
    const cause = this.#early
    this.#early = undefined
    if (cause) this.#tellEnd(call, cause)
  }

  async openMedia(order: Parameters<LegDriver['openMedia']>[0]): ReturnType<LegDriver['openMedia']> {
    if (this.#isOver) return this.#openTooLate()
    const { settings } = this.#audio
    if (!settings) return { type: 'failed', ending: noCommonCodec }
    const media = await openRtp(this.#needs.media, order, settings)
    if (!this.#isOver) this.#needs.places.set(order.call, media)
    return { type: 'open', media }
  }

  /** The call is told of the end first: that, and not the missing audio, is why it ends. */
  async #openTooLate() {
    await this.#endTold
    return { type: 'failed' as const, ending: abandoned }
  }

  /** RFC 3261 §13.3.1.4: the 2xx, repeated by the layer until its ACK. */
  answer(media: LegMedia): void {
    if (this.#isOver || this.#answered === 'sent') return
    const local = media.local ?? this.#needs.places.ofCall(this.#call)?.local
    const body = local ? this.#audio.describe(local.port) : undefined
    if (body === undefined) {
      this.#needs.counter.count('failed')
      return
    }
    // The ACK for a former control's 2xx may have come already; our transaction still wants its answer.
    const isSent = this.#dialog.respond(200, { body, headers: this.#session.agree(this.#dialog.invite) })
    if (isSent && this.#answered !== 'acknowledged') this.#answered = 'sent'
  }

  /** Ends the leg towards the far end, as far as the call has come. */
  hangUp(ending: Ending): void {
    if (this.#isOver) return
    this.#over()
    if (this.#answered === 'sent') {
      this.#farewell.oweBye()
      return
    }
    // Whether the 2xx of a former control arrived is not known: one of the two is right, the other does no harm.
    this.#refuse(statusOfEnding(ending), ending.reason === 'no-common-codec' ? this.#audio.warnings() : [])
    if (this.#answered !== 'no') this.#farewell.sayBye()
    this.#needs.forget(this)
  }

  acknowledged(ack: SipRequest): void {
    void this.#audio.acknowledged(ack, this.#needs.places.ofCall(this.#call)).then(() => this.#changes.look())
    this.#leave()
    if (this.#isOver || this.#answered === 'acknowledged') return
    this.#answered = 'acknowledged'
    if (this.#call !== undefined) void this.#tellAnswered(this.#call)
  }

  /** RFC 3261 §9.2: the caller hung up before the answer. */
  cancelled(): void {
    if (!this.#isOver && this.#answered !== 'acknowledged') this.#ended('far end hung up')
  }

  /** RFC 3261 §13.3.1.4 and §14.2: a 2xx of ours, to the first INVITE or to a later one, was never acknowledged. */
  noAck(): void {
    this.#leave()
    if (this.#isOver) return
    this.#farewell.sayBye()
    this.#ended('no ack')
  }

  /** RFC 3261 §15 has the BYE wait for the ACK; when we stop, nobody will be here to send it later. */
  leaveUnacknowledged(): void {
    this.#leave()
  }

  /** The refusal of the INVITE was acknowledged, or given up. */
  refusalOver(): void {
    this.#farewell.refusalOver()
  }

  /** A request inside the dialog other than ACK. */
  receive(id: TransactionId, request: SipRequest): void {
    if (!this.#dialog.takes(id, request)) return
    if (request.method === 'BYE') this.#receiveBye(id, request)
    else if (this.#isOver) this.#dialog.reply(id, request, 481)
    else this.#answer(id, request)
  }

  #answer(id: TransactionId, request: SipRequest): void {
    const answer = answerInDialog(request)
    if (answer) this.#dialog.reply(id, request, answer.status, answer)
    else void this.#renegotiation.receive(id, request)
  }

  /** What the worker hears of the caller. */
  listen(event: Heard): void {
    if (this.#isOver || this.#answered !== 'acknowledged') return
    const { liveness, ask } = listen(this.#liveness, event, this.#needs.clock.now())
    this.#liveness = liveness
    if (ask) this.#dialog.request('OPTIONS', { onFinal: status => this.#probed(status) })
  }

  /** RFC 3261 §12.2.1.2: 481 and 408 to a request inside the dialog mean that the far end is gone. */
  #probed(status: number): void {
    if (status === 481 || status === 408) this.#gone()
  }

  #gone(): void {
    if (this.#isOver) return
    this.#farewell.sayBye()
    this.#ended('unreachable')
  }

  #receiveBye(id: TransactionId, request: SipRequest): void {
    const answered = this.#farewell.owe()
    // RFC 3261 §15.1.1: with our own BYE the dialog was over.
    const status = this.#isOver && !this.isLeaving ? 481 : 200
    this.#farewell.spareBye()
    // Who says BYE has the 2xx of the control before us.
    if (this.#answered === 'unknown') {
      this.#answered = 'acknowledged'
      this.#farewell.refusalOver()
    }
    if (this.#isOver) this.#needs.forget(this)
    else this.#ended('far end hung up')
    // A BYE that dies with this process unanswered is repeated to the next; an answered one would never be heard of.
    void this.#endTold.then(() => {
      this.#dialog.reply(id, request, status)
      answered()
    })
  }

  /** The BYE that waited, if one did. */
  #leave(): void {
    if (!this.isLeaving) return
    this.#farewell.sayOwedBye()
    this.#needs.forget(this)
  }

  #refuse(status: number, headers: readonly Header[] = []): void {
    this.#farewell.refuse(status, { isAnswered: this.#answered === 'acknowledged', headers })
  }

  #over(): void {
    this.#isOver = true
    this.#session.stop()
  }

  #ended(cause: LegEndCause): void {
    this.#over()
    if (this.#call === undefined) {
      // Nobody knows of the call yet, and whoever takes over from us never will.
      this.#early = cause
      this.#refuse(487)
    } else this.#tellEnd(this.#call, cause)
  }

  #tellEnd(call: string, cause: LegEndCause): void {
    this.#endTold = this.#needs.report({ type: 'ended', leg: this.leg, call, cause })
    // RFC 3261 §9.2 and §15.1.2: an INVITE that is still pending ends with the call, once that stands in the journal.
    const heard = this.#farewell.owe()
    void this.#endTold.then(() => {
      this.#refuse(487)
      heard()
    })
    this.#needs.forget(this)
  }

  async #tellAnswered(call: string): Promise<void> {
    const told = await this.#needs.report({ type: 'answered', leg: this.leg, call })
    // The call ended while the far end was being answered: it must not hang in the air.
    if (told === 'gone') this.hangUp({ result: 'internal', reason: 'internal-error' })
  }
}

const noCommonCodec: Ending = { result: 'upstream', reason: 'no-common-codec' }
const abandoned: Ending = { result: 'caller', reason: 'abandoned' }
