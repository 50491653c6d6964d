import type { Flow, ParseFailure, SipMessage, TransactionId, TransportName } from '@ringdown/sip'
import type { Door } from './defence/door.port.ts'
import { guarded } from './guard.ts'
import type { Clock, SipCounter } from './sip.port.ts'
import { type FailedAt, type Found, openSipSockets, type SipSockets, type SocketsNeeds } from './sockets.ts'

export type WireNeeds = {
  clock: Clock
  counter: SipCounter
  door: Door
  onMessage(message: SipMessage, flow: Flow): void
  onMalformed(failure: ParseFailure, flow: Flow): void
  onClosed(connection: string): void
  /** A message of this transaction did not go out. */
  onLost(id: TransactionId): void
  /** One message less is under way. */
  onSent(): void
}

/** Where to listen, and what with. */
export type Listeners = Omit<
  SocketsNeeds,
  'clock' | 'door' | 'onMessage' | 'onMalformed' | 'onClosed' | 'onTrouble'
>

type Letter = { message: SipMessage; flow: Flow; id: TransactionId | undefined }

/** What carries messages between the transaction layer and the sockets. Nothing that comes in or fails here can throw. */
export class Wire {
  #sockets: SipSockets | undefined
  /** What a control that takes up its predecessor's legs says before it listens. */
  #unsent: Letter[] = []
  #isClosed = false
  #underWay = 0
  readonly #needs: WireNeeds

  constructor(needs: WireNeeds) {
    this.#needs = needs
  }

  /** Where we take what comes over this transport; undefined when we do not. */
  portOf(transport: TransportName): number | undefined {
    return this.#sockets?.portOf(transport)
  }

  /** Where a URI is found, in order (RFC 3263); empty: nowhere, or before we listen. Never rejects. */
  async locate(uri: string): Promise<readonly Found[]> {
    return (await this.#sockets?.locate(uri)) ?? []
  }

  /** Nobody answered there: others come first for a while, or for as long as it asked. */
  avoid(failure: FailedAt): void {
    this.#sockets?.avoid(failure)
  }

  /** Somebody answered there: it is as good as any other. */
  reached(flow: Flow): void {
    this.#sockets?.reached(flow)
  }

  /** Whether everything was handed to the network. */
  get isIdle(): boolean {
    return this.#underWay === 0 && this.#unsent.length === 0
  }

  async listen(at: Listeners): Promise<number> {
    const { clock, counter, door, onMessage, onMalformed, onClosed } = this.#needs
    this.#sockets = await openSipSockets({
      ...at,
      clock,
      door,
      onMessage: (message, flow) => guarded(this.#needs.counter, () => onMessage(message, flow)),
      onMalformed: (failure, flow) => guarded(this.#needs.counter, () => onMalformed(failure, flow)),
      onClosed: connection => guarded(this.#needs.counter, () => onClosed(connection)),
      onTrouble: what => counter.count(what),
    })
    const unsent = this.#unsent
    this.#unsent = []
    for (const { message, flow, id } of unsent) this.send(message, flow, id)
    return this.#sockets.port
  }

  send(message: SipMessage, flow: Flow, id: TransactionId | undefined): void {
    if (this.#isClosed) return
    if (!this.#sockets) return void this.#unsent.push({ message, flow, id })
    this.#underWay += 1
    this.#sockets
      .send(message, flow)
      .catch(() => this.#lost(id))
      .finally(() => {
        this.#underWay -= 1
        this.#needs.onSent()
      })
  }

  /** Ends the connections of whoever is banned by now. */
  dismissBanned(): void {
    this.#sockets?.dismissBanned()
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await this.#sockets?.close()
  }

  #lost(id: TransactionId | undefined): void {
    if (this.#isClosed) return
    this.#needs.counter.count('failed')
    if (id !== undefined) guarded(this.#needs.counter, () => this.#needs.onLost(id))
  }
}
