import { randomUUID } from 'node:crypto'
import type { WebSocket } from 'ws'
import type { Clock } from './clock.ts'
import {
  awaitStart,
  type StreamEffect,
  type StreamStart,
  type StreamState,
  takeMessage,
} from './stream.state.ts'
import { readTwilioMessage } from './twilio.rules.ts'

/** Bytes on their way to the carrier above which frames are dropped: about 4 s of messages. */
const MOST_BUFFERED = 50_000

export type StreamEvents = {
  started(start: StreamStart): void
  audio(payload: Uint8Array): void
  digit(digit: string): void
  marked(name: string): void
  /** The stream is closed. `refused`: because it broke the protocol or the limits. Said once, never after `close`. */
  ended(end: { reason: string; refused: boolean }): void
}

// RFC 6455 §7.4.1.
const NORMAL = 1000
const POLICY = 1008

/** One carrier stream: messages in, messages out. Its owner changes when control accepts it. */
export class CarrierStream {
  readonly id = randomUUID()
  events: StreamEvents
  readonly #socket: WebSocket
  readonly #clock: Clock
  #state: StreamState
  #isOver = false

  constructor(options: { socket: WebSocket; clock: Clock; events: StreamEvents }) {
    this.events = options.events
    this.#socket = options.socket
    this.#clock = options.clock
    this.#state = awaitStart(options.clock.now)
    this.#socket.on('message', (data, isBinary) => this.#receive(isBinary ? '' : data.toString()))
    this.#socket.on('close', () => this.#end({ reason: 'closed by the carrier', refused: false }))
    // Frames over the limit, broken frames, broken UTF-8: `ws` closes by itself after this.
    this.#socket.on('error', error =>
      this.#end({ reason: refusalOf(error), refused: isProtocolError(error) }),
    )
  }

  /** Sends one message; returns false if it was dropped because the carrier does not read. */
  send(text: string): boolean {
    if (this.#isOver || this.#socket.bufferedAmount > MOST_BUFFERED) return false
    this.#socket.send(text)
    return true
  }

  close(reason: string): void {
    this.#shut(NORMAL, reason)
  }

  refuse(reason: string): void {
    if (this.#isOver) return
    this.#shut(POLICY, reason)
    this.events.ended({ reason, refused: true })
  }

  #receive(text: string): void {
    if (this.#isOver) return
    const step = takeMessage(this.#state, readTwilioMessage(text), this.#clock.now)
    this.#state = step.state
    for (const effect of step.effects) this.#apply(effect)
  }

  #apply(effect: StreamEffect): void {
    switch (effect.type) {
      case 'started':
        this.events.started(effect.start)
        break
      case 'audio':
        this.events.audio(effect.payload)
        break
      case 'digit':
        this.events.digit(effect.digit)
        break
      case 'marked':
        this.events.marked(effect.name)
        break
      case 'stopped':
        this.#end({ reason: 'stopped by the carrier', refused: false })
        break
      case 'refuse':
        this.refuse(effect.reason)
        break
    }
  }

  #end(end: { reason: string; refused: boolean }): void {
    if (this.#isOver) return
    this.#shut(NORMAL, end.reason)
    this.events.ended(end)
  }

  #shut(code: number, reason: string): void {
    if (this.#isOver) return
    this.#isOver = true
    // RFC 6455 §5.5: the reason of a close frame has at most 123 bytes.
    this.#socket.close(code, Buffer.from(reason).subarray(0, 120).toString())
  }
}

function isProtocolError(error: Error): boolean {
  return 'code' in error && String(error.code).startsWith('WS_ERR_')
}

function refusalOf(error: Error): string {
  if (!isProtocolError(error)) return 'connection failed'
  return 'code' in error && error.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH'
    ? 'message too long'
    : 'broken frame'
}
