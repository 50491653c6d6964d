import type { Header, SessionTimer, SipRequest, SipResponse } from '@ringdown/sip'
import {
  allowOf,
  answerTimer,
  expireAfter,
  isSuccess,
  LEAST_INTERVAL,
  minSeOf,
  refreshAfter,
  sessionExpiresOf,
  supportedOf,
  timerOfAnswer,
  timerRequestHeaders,
} from '@ringdown/sip'
import { limits } from '../limits.rules.ts'
import type { Clock } from '../sip.port.ts'
import type { SipDialog } from './sip-dialog.ts'

type SessionNeeds = {
  clock: Clock
  /** The session expired, or its far end no longer knows it. */
  onGone(): void
}

/** `isOursAlone`: the far end asked for none, so that it ends no call that is still answered. */
type Running = SessionTimer & { isOursAlone: boolean }

/**
 * The session timer of one dialog (RFC 4028): it follows from what the far end asked last. Where it asked for none, we ask,
 * and refresh ourselves, so that one that vanished without a word is noticed.
 */
export class SessionClock {
  readonly #dialog: Pick<SipDialog, 'invite' | 'request'>
  readonly #needs: SessionNeeds
  #stops: (() => void)[] = []
  #isOver = false

  constructor(dialog: Pick<SipDialog, 'invite' | 'request'>, needs: SessionNeeds) {
    this.#dialog = dialog
    this.#needs = needs
  }

  /** The headers of our 2xx to this INVITE or UPDATE. The timer runs anew from now on (§9, §10). */
  agree(request: SipRequest): readonly Header[] {
    const { timer, headers } = this.#agreed(request)
    this.#run(timer)
    return headers
  }

  /** After a restart nobody knows when the session was refreshed last: who has to do it does it now. */
  resume(): void {
    const { timer } = this.#agreed(this.#dialog.invite)
    this.#run(timer)
    if (timer?.refresher === 'us') this.#refresh(timer)
  }

  stop(): void {
    this.#isOver = true
    this.#stopTimers()
  }

  #agreed(request: SipRequest): { timer?: Running; headers: readonly Header[] } {
    const answer = answerTimer(request, limits.sessionTimer)
    if (!answer.ok || !answer.timer) return { headers: [] }
    // We refresh with UPDATE. Towards who does not take it there is no timer, as if we did not know the extension.
    const isOurs = answer.timer.refresher === 'us'
    if (isOurs && !allowOf(this.#dialog.invite).includes('UPDATE')) return { headers: [] }
    const isOursAlone = sessionExpiresOf(request) === undefined
    return { timer: { ...answer.timer, isOursAlone }, headers: answer.headers }
  }

  #run(timer: Running | undefined): void {
    this.#stopTimers()
    if (!timer || this.#isOver) return
    this.#after(expireAfter(timer), () => this.#needs.onGone())
    if (timer.refresher === 'us') this.#after(refreshAfter(timer), () => this.#refresh(timer))
  }

  #refresh(timer: Running, minSe: number = LEAST_INTERVAL): void {
    const wish = { interval: timer.interval, minSe }
    const headers = [{ name: 'Supported', value: 'timer' }, ...timerRequestHeaders(wish, timer)]
    this.#dialog.request('UPDATE', {
      headers,
      onFinal: (status, response) => this.#refreshed(timer, status, response),
    })
  }

  #refreshed(timer: Running, status: number, response: SipResponse | undefined): void {
    if (this.#isOver) return
    const least = status === 422 && response ? minSeOf(response) : undefined
    if (response && isSuccess(response)) this.#run(this.#timerAfter(timer, response))
    // RFC 3261 §12.2.1.2.
    else if (status === 408 || status === 481) this.#needs.onGone()
    // They are there and will never take it: the call is worth more than its timer.
    else if (status === 405 || status === 501) this.#stopTimers()
    // RFC 4028 §7.3.
    else if (least !== undefined && least > timer.interval)
      this.#refresh({ ...timer, interval: least }, least)
    // Whatever they mean by it, they are there, which is all that we asked.
    else if (timer.isOursAlone && response) this.#run(timer)
    else this.#after(limits.refreshAgainMs, () => this.#refresh(timer))
  }

  /** RFC 4028 §7.2: the 2xx says what holds from now on; of who does not know the extension it says nothing. */
  #timerAfter(timer: Running, response: SipResponse): Running | undefined {
    const agreed = timerOfAnswer(response)
    if (agreed) return { ...agreed, isOursAlone: timer.isOursAlone }
    return supportedOf(this.#dialog.invite).includes('timer') ? undefined : timer
  }

  #after(ms: number, run: () => void): void {
    this.#stops.push(this.#needs.clock.after(ms, run))
  }

  #stopTimers(): void {
    for (const stop of this.#stops.splice(0)) stop()
  }
}
