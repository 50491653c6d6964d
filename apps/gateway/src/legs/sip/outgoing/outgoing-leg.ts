import type {
  Call,
  CallAgent,
  CallEvent,
  Flow,
  SipRequest,
  SipResponse,
  TransactionLayer,
} from '@ringdown/sip'
import { cseqOf, type Header, tagOf, toOf } from '@ringdown/sip'
import type { LegDriver, LegEndCause, LegId, LegMedia } from '../../leg.port.ts'
import { nobodyYet } from '../audio.ts'
import { type Heard, heard, type Liveness, listen } from '../liveness.rules.ts'
import { openRtp } from '../open-rtp.ts'
import type { SipNeeds } from '../sip.port.ts'
import { Dialling, type DiallingNeeds } from './dialling.ts'
import { causeOf } from './end-causes.rules.ts'
import { FarEnd, type News } from './far-end.ts'
import { LegMemory } from './leg-memory.ts'
import type { OutgoingListener } from './outgoing.port.ts'
import type { OutgoingData } from './outgoing-data.ts'
import { Reports } from './reports.ts'

export type OutgoingLegNeeds = Pick<SipNeeds, 'media' | 'addressFor'> &
  Omit<DiallingNeeds, 'leg' | 'memory' | 'agent' | 'isOver'> & {
    agent: Pick<CallAgent, 'dial' | 'give' | 'restore' | 'get'>
    layer: Pick<TransactionLayer, 'respond'>
    listener: OutgoingListener
    /** Where this audio is, as its worker told. */
    localOf(media: LegMedia): LegMedia['local']
    /** Runs once we listen: at once, or later. */
    whenListening(run: () => void): void
    /** Nothing is to be said or heard any more. */
    forget(leg: OutgoingLeg): void
  }

/** RFC 3326 §2: a telephone that is cancelled so shows no missed call. */
const elsewhere: Header = { name: 'Reason', value: 'SIP;cause=200;text="Call completed elsewhere"' }

/** One call of ours, between its far end and the call. Orders come from the call, reports go to it. */
export class OutgoingLeg {
  readonly leg: LegId
  readonly #needs: OutgoingLegNeeds
  readonly #memory: LegMemory
  readonly #dialling: Dialling
  readonly #farEnd: FarEnd
  readonly #reports: Reports
  /** Our ACK is out. */
  #acknowledged: Promise<void> = Promise.resolve()
  #isDialled = false
  #isOver = false
  #isGone = false
  #liveness: Liveness = heard

  constructor(
    { leg, data, call }: { leg: LegId; data: OutgoingData; call?: string },
    needs: OutgoingLegNeeds,
  ) {
    this.leg = leg
    this.#reports = new Reports(call, { ...needs, leg })
    this.#needs = needs
    const memory = new LegMemory(data, { ...needs, store: text => needs.listener.keep(text) })
    const isOver = () => this.#isOver
    this.#memory = memory
    this.#dialling = new Dialling({ ...needs, leg, memory, isOver })
    this.#farEnd = new FarEnd({
      ...needs,
      leg,
      memory,
      isOver,
      tell: news => this.#tell(news),
      holds: isHeld => needs.listener.holds?.(isHeld),
      abandon: () => this.#abandon(),
    })
  }

  get trunk(): string | null {
    return this.#memory.plan.trunk
  }

  get endpoint(): string | undefined {
    return this.#memory.media?.endpoint
  }

  /** It was hung up, or ended, and its far end has still to hear of it. */
  get isLeaving(): boolean {
    return this.#isOver && this.#isDialled && !this.#isGone
  }

  /** Whether this is the ACK for the answer that counts. */
  isOwnAck(ack: SipRequest): boolean {
    const session = this.#memory.call?.session
    return session?.phase === 'confirmed' && tagOf(toOf(ack)) === session.dialog.remoteTag
  }

  /** A control before us stored it: it goes on where it was. */
  resume(): void {
    const { call, ended } = this.#memory.progress ?? {}
    if (ended !== undefined) {
      this.#isOver = true
      this.#tellEnd(ended)
    }
    const isDone = call ? call.phase === 'over' : ended !== undefined
    if (isDone) this.#end()
    if (isDone || !call) return
    this.#isDialled = true
    if (call.phase === 'calling' || call.phase === 'paused') this.#dialling.ring()
    this.#needs.agent.restore(this.leg, call)
  }

  async openMedia(order: Parameters<LegDriver['openMedia']>[0]): ReturnType<LegDriver['openMedia']> {
    this.#reports.name(order.call)
    if (this.#isOver) {
      // The call is told of the end first: that, and not the missing audio, is why it ends.
      await this.#reports.settled()
      return { type: 'failed', ending: { result: 'operator', reason: 'canceled' } }
    }
    const media = await openRtp(this.#needs.media, order, this.#memory.audio?.settings ?? nobodyYet)
    this.#moveTo(media)
    return { type: 'open', media }
  }

  /** Calls the far end. Said again, it only tells once more what a control before us may not have told. */
  dial(media: LegMedia): void {
    if (this.#isOver) return
    const local = media.local ?? this.#memory.media?.local ?? this.#needs.localOf(media)
    this.#memory.moveTo({ ...media, local })
    this.#needs.whenListening(() => {
      if (this.#isOver) return
      if (this.#memory.call?.session) this.#reports.inTurn(() => this.#farEnd.tellAnswered())
      if (this.#isDialled) return
      this.#isDialled = true
      this.#dialling.begin().then(
        cause => cause !== undefined && this.#fail(cause),
        () => this.#fail('carrier failed'),
      )
    })
  }

  /** Ends the leg towards the far end, as far as the call has come. Nothing more is reported. */
  hangUp({ isAnsweredElsewhere = false }: { isAnsweredElsewhere?: boolean | undefined } = {}): void {
    if (this.#isOver) return
    this.#over()
    this.#needs.whenListening(() => this.#leave(isAnsweredElsewhere ? [elsewhere] : []))
  }

  /** Sends our ACK once the answer is durable: until then the far end repeats it, to us or to whoever comes after us. */
  acknowledge(send: () => void): void {
    this.#acknowledged = this.#memory.settled().then(send)
  }

  /** Runs when what the far end said last stands in the journal. */
  whenTold(run: () => void): void {
    void Promise.resolve()
      .then(() => this.#reports.settled())
      .then(run)
  }

  /** The call after a step of it, before anything of that step is sent. */
  keep(call: Call): void {
    this.#memory.take(call)
  }

  /** What became of the call. */
  receive(event: CallEvent): void {
    switch (event.type) {
      case 'challenged':
        this.#dialling.prove(event).catch(this.#failed)
        break
      case 'unreached':
        this.#dialling.goOn(event).catch(this.#failed)
        break
      case 'ended':
        this.#ended(this.#dialling.causeOf(causeOf(event.ending)))
        break
      case 'over':
        this.#end()
        break
      case 'progress':
        this.#reports.inTurn(() => this.#farEnd.receive(event))
        break
      case 'answered':
        this.#dialling.stopRinging()
        this.#reports.inTurn(() => this.#farEnd.receive(event))
        break
      default:
        this.#reports.inTurn(() => this.#farEnd.receive(event))
    }
  }

  /** Something was said to an INVITE of ours. */
  heard(response: SipResponse): void {
    if (cseqOf(response)?.number === this.#memory.call?.cseq) this.#dialling.heard(response.status)
  }

  /** What the worker hears of the far end. */
  listen(event: Heard): void {
    if (this.#isOver || !this.#memory.call?.session) return
    const { liveness, ask } = listen(this.#liveness, event, this.#needs.clock.now())
    this.#liveness = liveness
    // RFC 3261 §12.2.1.2: a 481 or 408 to it ends the call.
    if (ask) this.#needs.agent.give(this.leg, { type: 'send', method: 'OPTIONS' })
  }

  flowTo(request: SipRequest): Flow | undefined {
    return this.#dialling.flowTo(request)
  }

  #leave(headers: readonly Header[] = []): void {
    // What was stored of it says that its far end has heard already: nobody is called anew to be told.
    if (this.#isGone) return
    const { agent } = this.#needs
    // A control before us may have sent the INVITE: only who says it again can cancel it.
    if (!this.#isDialled && this.#memory.progress) {
      this.#isDialled = true
      this.#dialling.invite()
      this.#dialling.stopRinging()
    }
    if (agent.get(this.leg))
      this.#acknowledged.then(() => agent.give(this.leg, { type: 'hang up', headers })).catch(this.#failed)
    else if (!this.#isDialled) this.#end()
  }

  /** The audio is somewhere else now: the far end is told (RFC 3264 §8.3.1). */
  #moveTo(media: LegMedia): void {
    const { call, audio, media: before } = this.#memory
    this.#memory.moveTo(media)
    const port = media.local?.port
    if (!call || !audio || port === undefined || port === before?.local?.port) return
    this.#needs.agent.give(this.leg, { type: 'offer', sdp: audio.offer(port) })
  }

  #ended(cause: LegEndCause): void {
    this.#dialling.stopRinging()
    if (this.#isOver) return
    this.#over()
    this.#tellEnd(cause)
  }

  /** It came to nothing before an INVITE was out. */
  #fail(cause: LegEndCause): void {
    this.#ended(cause)
    this.#end()
  }

  /** They answered with nothing that can be heard: we hang up. */
  #abandon(): void {
    this.#ended('carrier failed')
    this.#leave()
  }

  #tellEnd(cause: LegEndCause): void {
    this.#memory.endWith(cause)
    this.#reports.inTurn(async () => {
      // Our ACK is out: a control after us must not call whoever refused this one again.
      await this.#memory.settled()
      await this.#reports.tell({ type: 'ended', cause })
    })
  }

  async #tell(news: News): Promise<void> {
    const told = await this.#reports.tell(news)
    // The call ended meanwhile: its far end must not hang in the air.
    if (told === 'gone') this.hangUp()
  }

  readonly #failed = (): void => this.#needs.counter.count('failed')

  #over(): void {
    this.#isOver = true
    this.#dialling.stopRinging()
  }

  #end(): void {
    if (this.#isGone) return
    this.#isGone = true
    this.#over()
    this.#needs.forget(this)
  }
}
