import { randomInt } from 'node:crypto'
import { type SipRequest, sessionDescriptionOf, type TransactionId } from '@ringdown/sip'
import type { LegMedia } from '../../leg.port.ts'
import type { SipNeeds } from '../sip.port.ts'
import type { AudioSession } from './audio-session.ts'
import type { SessionClock } from './session-clock.ts'
import type { SipDialog } from './sip-dialog.ts'

type RenegotiationNeeds = Pick<SipNeeds, 'counter'> & {
  session: Pick<SessionClock, 'agree'>
  media(): LegMedia | undefined
  isOver(): boolean
  /** The far end has our answer. */
  agreed(): void
}

/** Re-INVITE (RFC 3261 §14.2) and UPDATE (RFC 3311 §5.2) of the far end: hold, resume, another codec or address. */
export class Renegotiation {
  readonly #dialog: SipDialog
  readonly #audio: AudioSession
  readonly #needs: RenegotiationNeeds
  #isUnderWay = false

  constructor(dialog: SipDialog, audio: AudioSession, needs: RenegotiationNeeds) {
    this.#dialog = dialog
    this.#audio = audio
    this.#needs = needs
  }

  /** Never rejects. */
  async receive(id: TransactionId, request: SipRequest): Promise<void> {
    if (request.method === 'UPDATE' && !sessionDescriptionOf(request)) return this.#accept(id, request)
    const media = this.#needs.media()
    // RFC 3261 §14.2: one after the other. While a worker is away there is nothing to describe.
    if (this.#isUnderWay || !media) return this.#dialog.reply(id, request, 500, { headers: [soon()] })
    this.#isUnderWay = true
    try {
      await this.#settle(id, request, media)
    } catch {
      this.#needs.counter.count('failed')
      this.#dialog.reply(id, request, 500)
    } finally {
      this.#isUnderWay = false
    }
  }

  async #settle(id: TransactionId, request: SipRequest, media: LegMedia): Promise<void> {
    const body = await this.#audio.renegotiate(request, media)
    if (this.#needs.isOver()) return this.#dialog.reply(id, request, request.method === 'INVITE' ? 487 : 481)
    if (body === undefined)
      return this.#dialog.reply(id, request, 488, { headers: this.#audio.warnings(request) })
    this.#accept(id, request, body)
  }

  #accept(id: TransactionId, request: SipRequest, body?: string): void {
    this.#dialog.refresh(request)
    this.#dialog.reply(id, request, 200, { body, headers: this.#needs.session.agree(request) })
    this.#needs.agreed()
  }
}

/** RFC 3261 §14.2: a random number of seconds, so that two do not meet again and again. */
const soon = () => ({ name: 'Retry-After', value: String(randomInt(0, 11)) })
