import { randomBytes } from 'node:crypto'
import { WebSocket } from 'ws'
import { SleepWatch } from '../clock/sleep-watch.ts'
import { connectedMessage, createMessages, readToTwilio, type ToTwilio } from './messages.ts'
import type { Playout } from './playout.ts'

/** Ways in which a carrier, or somebody who pretends to be one, can be wrong. */
export type StreamMisbehaviour = {
  /** Custom parameters that `start` names instead of those of the document. */
  parameters?: Record<string, string>
  /** The call that `start` names instead of the real one. */
  startCallSid?: string
  mediaBeforeStart?: boolean
  /** Says `connected`, then nothing. */
  noStart?: boolean
  /** Stream id in `media` instead of the right one. */
  mediaStreamSid?: string
  /** Audio in each media message, ms; 20 is what Twilio sends. */
  frameMs?: number
  /** Payload of every media message instead of audio. */
  payload?: string
}

export type StreamEnd = 'closed by server' | 'stopped' | 'dropped' | 'handshake failed'

const bytesPerMs = 8

/** One media stream of a call, as Twilio opens and speaks it. */
export class MediaStream {
  readonly sid = `MZ${randomBytes(16).toString('hex')}`
  readonly ended: Promise<StreamEnd>
  readonly #socket: WebSocket
  readonly #given: StreamOrder
  readonly #messages: ReturnType<typeof createMessages>
  readonly #timers = new Set<NodeJS.Timeout>()
  readonly #sleep = new SleepWatch()
  #end: (how: StreamEnd) => void = () => {}
  #frames = 0
  #startedAt = 0

  constructor(given: StreamOrder) {
    this.#given = given
    this.#messages = createMessages({
      accountSid: given.accountSid,
      callSid: given.misbehave.startCallSid ?? given.callSid,
      streamSid: this.sid,
    })
    const { promise, resolve } = Promise.withResolvers<StreamEnd>()
    this.ended = promise
    this.#end = how => {
      for (const timer of this.#timers) clearTimeout(timer)
      resolve(how)
    }
    this.#socket = new WebSocket(given.url, { perMessageDeflate: false, headers: given.headers })
    this.#listen()
  }

  /** Says `stop` and closes, as at the end of a call or upon a redirect. */
  stop(): void {
    this.#send(this.#messages.stop())
    this.#socket.close()
    this.#end('stopped')
  }

  /** The connection breaks without a word. */
  drop(): void {
    this.#socket.terminate()
    this.#end('dropped')
  }

  sendDigit(digit: string): void {
    this.#send(this.#messages.dtmf(digit))
  }

  sendRaw(text: string): void {
    this.#socket.send(text)
  }

  #listen(): void {
    const socket = this.#socket
    let opened = false
    socket.on('open', () => {
      opened = true
      this.#begin()
    })
    socket.on('message', (data, isBinary) =>
      this.#receive(isBinary ? undefined : readToTwilio(data.toString())),
    )
    socket.on('error', error => {
      if (!opened) this.#given.onError(`31920 stream handshake error: ${error.message}`)
    })
    socket.on('close', (code, reason) => {
      this.#given.onClosed({ code, reason: reason.toString() })
      this.#end(opened ? 'closed by server' : 'handshake failed')
    })
  }

  #begin(): void {
    const { misbehave, parameters, onStarted } = this.#given
    this.#send(connectedMessage)
    if (misbehave.mediaBeforeStart) this.#sendFrame()
    if (misbehave.noStart) return
    this.#send(this.#messages.start(misbehave.parameters ?? parameters))
    onStarted(this.sid)
    this.#startedAt = this.#given.now()
    this.#pace()
  }

  /** Sends the frames that are due: what a late timer missed is made up, so that the speech keeps its speed. */
  #pace(): void {
    this.#sleep.look(this.#given.now())
    const frameMs = this.#given.misbehave.frameMs ?? 20
    const due = () => Math.floor((this.#given.now() - this.#startedAt) / frameMs)
    while (this.#frames < due() && this.#socket.readyState === WebSocket.OPEN) this.#sendFrame()
    if (this.#socket.readyState !== WebSocket.OPEN) return
    const next = this.#startedAt + (this.#frames + 1) * frameMs
    this.#later(next - this.#given.now(), () => this.#pace())
  }

  #sendFrame(): void {
    const { misbehave, speech } = this.#given
    const frameMs = misbehave.frameMs ?? 20
    const bytes = speech(frameMs * bytesPerMs)
    this.#send(
      this.#messages.media({
        chunk: this.#frames + 1,
        timestamp: this.#frames * frameMs,
        payload: misbehave.payload ?? Buffer.from(bytes).toString('base64'),
        ...(misbehave.mediaStreamSid ? { sid: misbehave.mediaStreamSid } : {}),
      }),
    )
    this.#frames += 1
  }

  #receive(message: ToTwilio | undefined): void {
    const { playout, now, onError, onMedia } = this.#given
    if (!message || message.streamSid !== this.sid) {
      onError(`31951 stream protocol: invalid message${message ? ' (wrong streamSid)' : ''}`)
      return
    }
    if (message.event === 'media') {
      const payload = Uint8Array.from(Buffer.from(message.media.payload, 'base64'))
      playout.play(payload, this.#sleep.earliest(now()))
      onMedia(payload)
    } else if (message.event === 'clear') {
      playout.clear(now())
    } else {
      const { name } = message.mark
      this.#later(playout.endsAt() - now(), () => this.#send(this.#messages.mark(name)))
    }
  }

  #later(ms: number, run: () => void): void {
    const timer = setTimeout(
      () => {
        this.#timers.delete(timer)
        run()
      },
      Math.max(0, ms),
    )
    this.#timers.add(timer)
  }

  #send(message: object): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message))
  }
}

export type StreamOrder = {
  url: string
  headers: Record<string, string>
  accountSid: string
  callSid: string
  parameters: Record<string, string>
  misbehave: StreamMisbehaviour
  playout: Playout
  /** ms since the call began. */
  now(): number
  /** The next `bytes` bytes of mu-law that the caller says. */
  speech(bytes: number): Uint8Array
  onStarted(sid: string): void
  onMedia(payload: Uint8Array): void
  onClosed(how: { code: number; reason: string }): void
  onError(message: string): void
}
