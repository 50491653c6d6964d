import {
  type CallAgent,
  type CallEvent,
  createResponse,
  type SipRequest,
  type TransactionId,
  type TransactionLayer,
} from '@ringdown/sip'
import type { LegId } from '../../leg.port.ts'
import { answerInDialog } from '../screening.rules.ts'
import type { LegMemory } from './leg-memory.ts'

/** A report without the names of the leg and its call. */
export type News = { type: 'progress'; earlyMedia: boolean } | { type: 'answered' }

export type FarEndNeeds = {
  leg: LegId
  agent: Pick<CallAgent, 'give'>
  layer: Pick<TransactionLayer, 'respond'>
  memory: LegMemory
  isOver(): boolean
  tell(news: News): Promise<void>
  holds(isHeld: boolean): void
  /** The call cannot be used: it is ended. */
  abandon(): void
}

/** What the far end of a call of ours says, from its ringing on: one thing is done before the next is taken. */
export class FarEnd {
  readonly #needs: FarEndNeeds
  #told: 'nothing' | 'rings' | 'early media' | 'answered' = 'nothing'

  constructor(needs: FarEndNeeds) {
    this.#needs = needs
  }

  async receive(event: CallEvent): Promise<void> {
    switch (event.type) {
      case 'progress':
        return this.#rings(event.sdp)
      case 'answered':
        return this.#answers(event.sdp)
      case 'offer':
        return this.#offers(event.sdp)
      case 'offer wanted':
        return this.#wantsOffer()
      case 'offer accepted':
        return this.#acceptsOffer(event.sdp)
      case 'request':
        return this.#asks(event.id, event.request)
    }
  }

  /** Tells it once; a control that comes after another may tell it again. */
  async tellAnswered(): Promise<void> {
    if (this.#needs.isOver() || this.#told === 'answered') return
    this.#told = 'answered'
    await this.#needs.tell({ type: 'answered' })
  }

  /** RFC 3960 §3: what a provisional response describes is to be heard; of several far ends, the one that spoke last. */
  async #rings(sdp: string | undefined): Promise<void> {
    if (this.#needs.isOver() || this.#told === 'answered') return
    const isHeard = sdp !== undefined && (await this.#takeAnswer(sdp))
    if (this.#told === 'early media' || (this.#told === 'rings' && !isHeard)) return
    this.#told = isHeard ? 'early media' : 'rings'
    await this.#needs.tell({ type: 'progress', earlyMedia: isHeard })
  }

  async #answers(sdp: string): Promise<void> {
    if (!(await this.#takeAnswer(sdp))) return this.#needs.abandon()
    await this.#needs.memory.keep()
    await this.tellAnswered()
  }

  /** A re-INVITE or UPDATE: hold, resume, another codec or address. */
  async #offers(sdp: string): Promise<void> {
    const { leg, agent, memory } = this.#needs
    const { audio, media } = memory
    // While a worker is away there is nothing to describe.
    if (!audio || !media?.local) return void agent.give(leg, { type: 'refuse offer', status: 500 })
    const answer = await audio.takeOffer(sdp, media)
    if (answer === undefined)
      return void agent.give(leg, { type: 'refuse offer', status: 488, headers: audio.warnings(sdp) })
    await memory.keep()
    agent.give(leg, { type: 'answer', sdp: answer })
    this.#needs.holds(audio.settings.peerHolds)
  }

  /** RFC 3261 §14.2: a re-INVITE without an offer asks for ours. */
  #wantsOffer(): void {
    const { leg, agent, memory } = this.#needs
    const port = memory.media?.local?.port
    const sdp = port === undefined ? undefined : memory.audio?.offer(port)
    agent.give(leg, sdp === undefined ? { type: 'refuse offer', status: 500 } : { type: 'answer', sdp })
  }

  async #acceptsOffer(sdp: string): Promise<void> {
    await this.#takeAnswer(sdp)
    await this.#needs.memory.keep()
  }

  /** A request that is not about the audio. */
  #asks(id: TransactionId, request: SipRequest): void {
    const { status, headers } = answerInDialog(request) ?? { status: 405, headers: [] }
    this.#needs.layer.respond(id, createResponse(request, status, { headers }))
  }

  async #takeAnswer(sdp: string): Promise<boolean> {
    const { audio, media } = this.#needs.memory
    return audio !== undefined && media !== undefined && (await audio.takeAnswer(sdp, media))
  }
}
