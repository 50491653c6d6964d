import type { Flow } from '../layer/ports.ts'
import type { SipMessage } from '../message/message.ts'
import { parseMessage } from '../message/parse.ts'
import { serializeMessage } from '../message/serialize.ts'
import type { Scheduler } from './scheduler.ts'

export interface Weather {
  /** 0 to 1: share of datagrams that are lost. */
  readonly loss: number
  /** 0 to 1: share of datagrams that come twice. */
  readonly duplication: number
  /** ms each datagram takes at least. */
  readonly delay: number
  /** ms more that a datagram may take: those sent later overtake those sent before. */
  readonly jitter: number
}

/** Carries datagrams between addresses as badly as the weather is, as bytes. */
export class LossyNetwork {
  readonly #scheduler: Scheduler
  readonly #weather: Weather
  readonly #random: () => number
  readonly #receivers = new Map<string, (message: SipMessage, flow: Flow) => void>()
  readonly counts = { sent: 0, lost: 0, duplicated: 0, overtaken: 0 }
  #last = 0

  constructor(options: { scheduler: Scheduler; weather: Weather; random: () => number }) {
    this.#scheduler = options.scheduler
    this.#weather = options.weather
    this.#random = options.random
  }

  attach(address: string, receive: (message: SipMessage, flow: Flow) => void): void {
    this.#receivers.set(address, receive)
  }

  send(message: SipMessage, route: { from: string; to: string }): void {
    const { duplication, loss } = this.#weather
    const bytes = serializeMessage(message)
    const isDoubled = this.#random() < duplication
    if (isDoubled) this.counts.duplicated++
    for (let copy = isDoubled ? 2 : 1; copy > 0; copy--) {
      this.counts.sent++
      if (this.#random() < loss) this.counts.lost++
      else this.#deliver(bytes, route)
    }
  }

  #deliver(bytes: Uint8Array, { from, to }: { from: string; to: string }): void {
    const { delay, jitter } = this.#weather
    const sentAt = this.#scheduler.now
    this.#scheduler.after(delay + Math.floor(this.#random() * jitter), () => {
      if (sentAt < this.#last) this.counts.overtaken++
      this.#last = Math.max(this.#last, sentAt)
      const result = parseMessage(bytes, { transport: 'datagram' })
      if (!result.ok) throw new Error(`a message of ours is refused: ${result.reason}`)
      this.#receivers.get(to)?.(result.message, { transport: 'udp', address: from, port: 5060 })
    })
  }
}
