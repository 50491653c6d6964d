import { setTimeout as wait, setImmediate as whatCame } from 'node:timers/promises'
import type { LiveMessage, OperatorView } from '@ringdown/contract'
import type { RtpStream } from '../rtp-stream/rtp-stream.ts'
import type { Speech } from '../rtp-stream/voice.ts'
import { KeptLine } from './kept-line.ts'
import { LiveSocket, type Order } from './live-socket.ts'

export type OperatorAccount = { url: string; email: string; password: string }

const patienceMs = 60_000

/**
 * An operator without a browser: signs in, keeps one live connection (again after it breaks), opens and proves a warm line, takes calls.
 * Behaves as the console does, so that what works with sixty of these works with sixty pages.
 */
export class TestOperator {
  readonly account: OperatorAccount
  readonly #cookie: string
  #socket: LiveSocket | undefined
  readonly #line = new KeptLine({ ask: (line, sdp) => this.command({ type: 'open line', line, sdp }) })
  #view: OperatorView | undefined
  #speech: { speech: Speech; loop: boolean } | undefined
  readonly #waiting = new Set<() => void>()
  #isClosed = false
  /** Whether a broken live connection is opened again by itself, as a page does. */
  reconnects = true

  private constructor(account: OperatorAccount, cookie: string) {
    this.account = account
    this.#cookie = cookie
  }

  static async signIn(account: OperatorAccount): Promise<TestOperator> {
    const operator = new TestOperator(account, await signIn(account))
    await operator.#connect()
    return operator
  }

  get view(): OperatorView {
    if (!this.#view) throw new Error('the operator has seen no view yet')
    return this.#view
  }

  /** The audio of the line that stands now. */
  get stream(): RtpStream {
    const { stream } = this.#line
    if (!stream) throw new Error('the operator has no line')
    return stream
  }

  /** Resolves with the first view that fits. @throws Error after a minute, with what was seen last */
  async until(
    fits: (view: OperatorView) => boolean,
    what = 'the view that was waited for',
  ): Promise<OperatorView> {
    const deadline = Date.now() + patienceMs
    for (;;) {
      if (this.#view && fits(this.#view)) return this.#view
      const rest = deadline - Date.now()
      if (rest <= 0) throw new Error(`${what} never came; the last view: ${JSON.stringify(this.#view)}`)
      const { promise, resolve } = Promise.withResolvers<void>()
      this.#waiting.add(resolve)
      await Promise.race([promise, wait(rest)])
      this.#waiting.delete(resolve)
    }
  }

  /** What the operator says in every call. */
  says(speech: Speech, options: { loop?: boolean } = {}): void {
    this.#speech = { speech, loop: options.loop ?? false }
  }

  async goAvailable(): Promise<void> {
    // As the console: a line that the gateway does not have (any more) is opened again.
    if (this.#line.id === undefined || this.view.line.id !== this.#line.id) await this.#line.open()
    await this.until(view => view.line.state === 'warm', 'a warm line')
    await this.command({ type: 'go available' })
  }

  /** Accepts what rings (or will ring). @throws Error when it was taken by someone else */
  async accept(): Promise<string> {
    const { offer } = await this.until(view => view.offer !== null, 'an offer')
    this.#speak()
    await this.command({ type: 'accept', call: offer!.call })
    await this.until(view => view.active?.call === offer!.call, 'the accepted call')
    return offer!.call
  }

  /** Resolves when the call is over and another one can be had. */
  async untilFree(): Promise<void> {
    const isFree = (view: OperatorView) => view.active === null && view.operator.status === 'available'
    await this.until(isFree, 'the end of the call')
  }

  async decline(): Promise<void> {
    const { offer } = await this.until(view => view.offer !== null, 'an offer')
    await this.command({ type: 'decline', call: offer!.call })
  }

  hangUp = () => this.#inCall('hang up')
  hold = () => this.#inCall('hold')
  resume = () => this.#inCall('resume')

  async sendDigits(digits: string): Promise<void> {
    await this.command({ type: 'digits', call: this.#activeCall(), digits })
  }

  /** @throws Error with the gateway's code and sentence */
  async command(order: Order): Promise<string | undefined> {
    const result = await this.tryCommand(order)
    if (!result.ok) throw new Error(`${order.type}: ${result.error.code}: ${result.error.message}`)
    return result.answer
  }

  async tryCommand(order: Order) {
    await this.#connected()
    return this.#socket!.command(order)
  }

  /** The network breaks: no close frame. The audio goes on. */
  dropSocket(): void {
    this.#socket?.drop()
  }

  /** The page is left: socket and audio end. */
  leave(): void {
    this.reconnects = false
    const socket = this.#socket
    // Its end is no broken connection: a page that is loaded again brings its own.
    this.#socket = undefined
    socket?.close()
    this.#line.close()
  }

  /** The page is loaded again: everything is new, and what the view asks for is done without a click. */
  async reload(): Promise<void> {
    this.leave()
    await this.comeBack()
  }

  /** `line: false`: as a page that is not given its microphone yet. */
  async comeBack({ line = true } = {}): Promise<void> {
    this.reconnects = true
    this.#view = undefined
    await this.#connect()
    await this.until(() => true, 'a view')
    if (line) await this.#line.open()
  }

  close(): void {
    this.#isClosed = true
    this.leave()
  }

  async #connect(): Promise<void> {
    const { url } = this.account
    const socket = await LiveSocket.open({ url, cookie: this.#cookie }, message => this.#receive(message))
    this.#socket = socket
    void socket.closed.then(() => this.#socketClosed(socket))
  }

  async #socketClosed(socket: LiveSocket): Promise<void> {
    if (this.#socket !== socket) return
    this.#socket = undefined
    while (this.reconnects && !this.#isClosed && !this.#socket) {
      await this.#connect().catch(() => wait(100))
    }
  }

  async #connected(): Promise<void> {
    const deadline = Date.now() + patienceMs
    while (!this.#socket) {
      if (Date.now() > deadline) throw new Error('the live connection did not come back')
      await wait(20)
    }
  }

  #receive(message: Exclude<LiveMessage, { type: 'result' }>): void {
    if (message.type === 'view') this.#take(message.view)
    if (message.type === 'probe') void this.#answerProbe(message)
    if (message.type === 'line') this.#line.known(message.line)
    if (message.type === 'line lost') this.#line.lost(message.line)
  }

  #take(view: OperatorView): void {
    this.#view = view
    const talks = view.active?.state === 'connected' || view.active?.state === 'held'
    const { stream } = this.#line
    if (stream && talks) this.#speak()
    else if (stream && !view.offer) stream.sending = 'nothing'
    // As the console: whoever should have a line and has none on the gateway opens one.
    const wants = view.operator.status !== 'offline' && view.operator.status !== 'on-break'
    if (wants) this.#line.known(view.line.id)
    for (const resolve of this.#waiting) resolve()
  }

  async #answerProbe(probe: Extract<LiveMessage, { type: 'probe' }>): Promise<void> {
    const { stream } = this.#line
    if (!stream || probe.line !== this.#line.id) return
    const before = stream.stats().reception.packets
    await wait(probe.afterMs)
    // Where this process stood still, the timer comes before what has arrived meanwhile.
    await whatCame()
    const received = stream.stats().reception.packets - before
    await this.#socket?.command({ type: 'probe result', probe: probe.probe, received })
  }

  #speak(): void {
    const { stream } = this
    if (stream.sending === 'voice') return
    stream.sending = 'voice'
    if (this.#speech) void stream.voice.say(this.#speech.speech, { loop: this.#speech.loop })
  }

  async #inCall(type: 'hang up' | 'hold' | 'resume'): Promise<void> {
    await this.command({ type, call: this.#activeCall() })
  }

  #activeCall(): string {
    const { active } = this.view
    if (!active) throw new Error('the operator is in no call')
    return active.call
  }
}

async function signIn({ url, email, password }: OperatorAccount): Promise<string> {
  const answer = await fetch(`${url}/api/auth/sign-in/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url },
    body: JSON.stringify({ email, password }),
  })
  if (!answer.ok) throw new Error(`${email} could not sign in: ${answer.status}`)
  return answer.headers
    .getSetCookie()
    .map(cookie => cookie.split(';')[0])
    .join('; ')
}
