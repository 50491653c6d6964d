import { randomUUID } from 'node:crypto'
import { SILENCE } from '@ringdown/media'
import { type CallEnd, createSipPhone, type SipCall, type SipPhone, WebrtcLine } from '@ringdown/testkit'
import type { CallOrder } from './requests.ts'

/** What the page is told, whenever it changes. */
export type CallState =
  | { state: 'preparing' }
  | { state: 'calling' }
  | { state: 'ringing' }
  | { state: 'talking' }
  | { state: 'ended'; by: CallEnd['by'] | 'no audio'; status?: number }

export type SipServer = { host: string; port: number }

/** ms a browser may take to send its answer and to connect. */
const connectingMs = 15_000

/** One call of the telephone page: WebRTC towards the browser, a SIP trunk call towards the gateway. */
export class BridgedCall {
  readonly id: string = randomUUID()
  readonly #line: WebrtcLine
  readonly #order: CallOrder
  readonly #server: SipServer
  readonly #tell = new Set<(state: CallState) => void>()
  #phone: SipPhone | undefined
  #call: SipCall | undefined
  #state: CallState = { state: 'preparing' }

  constructor({ order, server }: { order: CallOrder; server: SipServer }) {
    this.#order = order
    this.#server = server
    this.#line = new WebrtcLine({ host: server.host })
    const impatience = setTimeout(() => this.#end({ state: 'ended', by: 'no audio' }), connectingMs)
    void this.#line.connected.then(isConnected => {
      clearTimeout(impatience)
      if (isConnected) void this.#dial()
    })
    // A page that is closed says nothing more: its consent runs out.
    void this.#line.ended.then(() => this.hangUp())
  }

  /** The offer for the browser. */
  offer(): Promise<string> {
    return this.#line.offer()
  }

  /** @throws Error when the browser's answer cannot be used */
  accept(answer: string): void {
    this.#line.accept(answer)
  }

  /** Calls back now and with every change. @returns stops it */
  watch(tell: (state: CallState) => void): () => void {
    this.#tell.add(tell)
    tell(this.#state)
    return () => void this.#tell.delete(tell)
  }

  get isOver(): boolean {
    return this.#state.state === 'ended'
  }

  /** Resolves when both ends are told that it is over. */
  get over(): Promise<void> {
    return new Promise(resolve => this.watch(({ state }) => state === 'ended' && resolve()))
  }

  pressKeys(digits: string): void {
    // Keys pressed before the answer, or towards a side that takes none, go nowhere, as on any telephone.
    if (this.#state.state === 'talking') void this.#call?.sendDigits(digits).catch(() => undefined)
  }

  hangUp(): void {
    if (this.#call) void this.#call.hangUp()
    else this.#end({ state: 'ended', by: 'us' })
  }

  async #dial(): Promise<void> {
    this.#phone = await createSipPhone({ server: this.#server })
    if (this.isOver) return this.#phone.close()
    this.#set({ state: 'calling' })
    const { to, from, listenOnly } = this.#order
    const call = await this.#phone.call({ to, from, live: !listenOnly })
    this.#call = call
    call.onStatus = status => {
      if (status === 180 || status === 183) this.#set({ state: 'ringing' })
    }
    void call.answered.then(
      () => this.#join(call),
      () => undefined,
    )
    void call.ended.then(end => this.#end({ state: 'ended', ...end }))
    // Hung up while the telephone was being made.
    if (this.isOver) await call.hangUp()
    return undefined
  }

  /** Passes payloads on as they come, both ways; no sample is touched. */
  #join(call: SipCall): void {
    const { stream } = this.#line
    stream.sending = 'live'
    forward(call.stream, stream)
    forward(stream, call.stream)
    // The gateway learns where a caller is from its first packet; a browser takes a moment to send one.
    call.stream.sendFrame(new Uint8Array(160).fill(SILENCE.PCMU))
    this.#set({ state: 'talking' })
  }

  #set(state: CallState): void {
    if (this.isOver) return
    this.#state = state
    for (const tell of this.#tell) tell(state)
  }

  #end(state: CallState): void {
    if (this.isOver) return
    this.#set(state)
    this.#line.close()
    void this.#phone?.close()
  }
}

type Stream = SipCall['stream']

function forward(from: Stream, to: Stream): void {
  from.onAudio = ({ payload }) => {
    if (to.sending === 'live') to.sendFrame(payload)
    // A test's stream remembers all that it heard; a telephone has no use for that.
    from.received.length = 0
  }
}
