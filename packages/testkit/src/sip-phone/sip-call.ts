import {
  createAck,
  createInDialogRequest,
  createResponse,
  createUacDialog,
  type Dialog,
  dialogKey,
  dialogKeyOfRequest,
  type Flow,
  type LayerEvent,
  type LocalAudio,
  offerAudio,
  parseSdp,
  readAudioAnswer,
  type SipRequest,
  type SipResponse,
  serializeSdp,
  type TransactionLayer,
} from '@ringdown/sip'
import type { HeardAudio } from '../rtp-stream/packet-log.ts'
import type { RtpStream } from '../rtp-stream/rtp-stream.ts'
import type { RtpSockets } from './rtp-sockets.ts'
import type { CallOptions } from './sip-phone.ts'

/** How a call ended, as the telephone saw it. */
export type CallEnd =
  | { by: 'us' }
  | { by: 'them' }
  | { by: 'refusal'; status: number }
  /** Nothing came back: the server is gone, as far as the telephone can tell. */
  | { by: 'silence' }

type Parts = {
  layer: TransactionLayer
  flow: Flow
  invite: SipRequest
  local: LocalAudio
  rtp: RtpSockets
  stream: RtpStream
  options: CallOptions
}

/** One call of a test telephone. */
export class SipCall {
  readonly stream: RtpStream
  /** Resolves with the 2xx; rejects when the call is refused or given up first. */
  readonly answered: Promise<void>
  readonly ended: Promise<CallEnd>
  /** Status codes of everything that came back to the INVITE, in order. */
  readonly statuses: number[] = []
  readonly #parts: Parts
  readonly #answer = Promise.withResolvers<void>()
  readonly #end = Promise.withResolvers<CallEnd>()
  #transaction = ''
  #bye = ''
  #dialog: Dialog | undefined
  #isOver = false

  constructor(parts: Parts) {
    this.#parts = parts
    this.stream = parts.stream
    this.stream.sending = 'nothing'
    this.answered = this.#answer.promise
    this.ended = this.#end.promise
    // Whoever is interested awaits it; nobody has to.
    this.answered.catch(() => undefined)
  }

  get isOver(): boolean {
    return this.#isOver
  }

  start(): void {
    this.#transaction = this.#parts.layer.request(this.#parts.invite, this.#parts.flow)
  }

  owns(transaction: string): boolean {
    return transaction === this.#transaction || transaction === this.#bye
  }

  take(event: LayerEvent): void {
    if (event.type === 'response') this.#takeResponse(event.id, event.response)
    if (event.type === 'timeout' || event.type === 'transport error') void this.#finish({ by: 'silence' })
  }

  /** A request inside this call. False when it is another's. */
  receive(id: string, request: SipRequest): boolean {
    if (!this.#dialog || dialogKeyOfRequest(request) !== dialogKey(this.#dialog)) return false
    const { layer, local } = this.#parts
    const isInvite = request.method === 'INVITE'
    const description = isInvite
      ? { body: serializeSdp(offerAudio(local)), contentType: 'application/sdp' }
      : {}
    layer.respond(id, createResponse(request, 200, description))
    if (request.method === 'BYE') void this.#finish({ by: 'them' })
    return true
  }

  /** What was heard, at 8 kHz, from a time on (ms of `performance.now()`). */
  heard(from = 0): HeardAudio {
    return this.stream.heard(from)
  }

  sendDigits(digits: string): Promise<void> {
    return this.stream.sendDigits(digits)
  }

  /** CANCEL before the answer, BYE after it. Resolves when the call is over. */
  async hangUp(): Promise<CallEnd> {
    if (this.#isOver) return this.ended
    if (!this.#dialog) this.#parts.layer.cancel(this.#transaction)
    else {
      const { dialog, request } = createInDialogRequest(this.#dialog, { method: 'BYE' })
      this.#dialog = dialog
      this.#bye = this.#parts.layer.request(request, this.#parts.flow)
    }
    return this.ended
  }

  /** As a telephone whose battery is out: nothing is sent any more, nothing is answered. */
  async vanish(): Promise<void> {
    await this.#finish({ by: 'us' })
  }

  #takeResponse(id: string, response: SipResponse): void {
    const { status } = response
    if (id === this.#bye) {
      if (status >= 200) void this.#finish({ by: 'us' })
      return
    }
    this.statuses.push(status)
    if (status >= 300) {
      this.#answer.reject(new Error(`the call was refused: ${status}`))
      void this.#finish(status === 487 ? { by: 'us' } : { by: 'refusal', status })
    } else if (status >= 200) this.#answeredBy(response)
  }

  #answeredBy(response: SipResponse): void {
    const { layer, flow, invite, local, rtp, options } = this.#parts
    const made = createUacDialog({ request: invite, response })
    if (!made.ok) return
    this.#dialog = made.dialog
    layer.acknowledge(this.#transaction, createAck(made.dialog, response), flow)
    const sdp = parseSdp(response.body)
    const audio = sdp.ok ? readAudioAnswer(sdp.session, local) : sdp
    if (audio.ok)
      rtp.remote = { address: audio.negotiated.remote.address, port: audio.negotiated.remote.port }
    this.stream.sending = 'voice'
    if (options.says) void this.stream.voice.say(options.says, { loop: options.loop ?? false })
    this.#answer.resolve()
  }

  async #finish(end: CallEnd): Promise<void> {
    if (this.#isOver) return
    this.#isOver = true
    this.#answer.reject(new Error('the call is over'))
    this.stream.close()
    await this.#parts.rtp.close()
    this.#end.resolve(end)
  }
}
