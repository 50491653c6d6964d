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
  type NegotiatedAudio,
  offerAudio,
  parseSdp,
  readAudioAnswer,
  receiveInDialog,
  type SipRequest,
  type SipResponse,
  serializeSdp,
  type TransactionLayer,
} from '@ringdown/sip'
import type { HeardAudio } from '../rtp-stream/packet-log.ts'
import type { RtpStream } from '../rtp-stream/rtp-stream.ts'
import { type AudioProtection, newKeys } from './audio-protection.ts'
import { replyInCall } from './in-call-reply.ts'
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
  /** Our own URI. */
  contact: string
  local: LocalAudio
  rtp: RtpSockets
  protection: AudioProtection
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
  /** Called for every one of them. */
  onStatus: ((status: number) => void) | undefined
  readonly #parts: Parts
  #local: LocalAudio
  readonly #answer = Promise.withResolvers<void>()
  readonly #end = Promise.withResolvers<CallEnd>()
  #transaction = ''
  #bye = ''
  #offer: { transaction: string; local: LocalAudio; settled: PromiseWithResolvers<number> } | undefined
  #dialog: Dialog | undefined
  #sessionVersion = 1
  #isGivenUp = false
  #acknowledge = () => {}
  #isOver = false

  constructor(parts: Parts) {
    this.#parts = parts
    this.#local = parts.local
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
    return [this.#transaction, this.#bye, this.#offer?.transaction].includes(transaction)
  }

  take(event: LayerEvent): void {
    if (event.type === 'response') this.#takeResponse(event.id, event.response)
    if (event.type === 'timeout' || event.type === 'transport error') void this.#finish({ by: 'silence' })
  }

  /** A request inside this call. False when it is another's. */
  receive(id: string, request: SipRequest): boolean {
    if (!this.#dialog || dialogKeyOfRequest(request) !== dialogKey(this.#dialog)) return false
    const verdict = receiveInDialog(this.#dialog, request)
    const { layer, contact } = this.#parts
    if (verdict.type === 'refused') layer.respond(id, createResponse(request, verdict.status))
    if (verdict.type !== 'accepted') return true
    this.#dialog = verdict.dialog
    const audio = { ...this.#local, sessionVersion: ++this.#sessionVersion }
    const { response, negotiated } = replyInCall({ request, local: audio, contact })
    layer.respond(id, response)
    if (negotiated) this.#settle(negotiated)
    if (request.method === 'BYE') void this.#finish({ by: 'them' })
    return true
  }

  #settle({ remote, direction, srtp }: NegotiatedAudio): void {
    this.#parts.rtp.remote = { address: remote.address, port: remote.port }
    this.#parts.protection.settle(srtp)
    const speaks = direction === 'sendrecv' || direction === 'sendonly'
    this.stream.sending = !speaks ? 'nothing' : this.#parts.options.live ? 'live' : 'voice'
  }

  /** What protects the audio; nothing is said of it before the answer. */
  get protection(): Pick<AudioProtection, 'settled' | 'refused'> {
    return this.#parts.protection
  }

  /** What was heard, at 8 kHz, from a time on (ms of `performance.now()`). */
  heard(from = 0): HeardAudio {
    return this.stream.heard(from)
  }

  sendDigits(digits: string): Promise<void> {
    return this.stream.sendDigits(digits)
  }

  /**
   * Offers the audio anew (RFC 3261 §14.1): `sendonly` holds; with the same keys unless it `rekeys`. Resolves with the final
   * status.
   */
  async offer(direction: 'sendrecv' | 'sendonly', { rekeys = false } = {}): Promise<number> {
    if (!this.#dialog) throw new Error('there is no call yet')
    const { layer, flow, contact, options } = this.#parts
    if (rekeys && options.srtp) this.#local = { ...this.#local, srtp: newKeys(options.srtp) }
    const local: LocalAudio = { ...this.#local, direction, sessionVersion: ++this.#sessionVersion }
    const { dialog, request } = createInDialogRequest(this.#dialog, {
      method: 'INVITE',
      headers: [{ name: 'Contact', value: `<${contact}>` }],
      body: serializeSdp(offerAudio(local)),
      contentType: 'application/sdp',
    })
    this.#dialog = dialog
    const settled = Promise.withResolvers<number>()
    this.#offer = { transaction: layer.request(request, flow), local, settled }
    return settled.promise
  }

  #takeOfferResponse(response: SipResponse): void {
    const offer = this.#offer
    if (!offer || !this.#dialog || response.status < 200) return
    const { layer, flow } = this.#parts
    if (response.status < 300) {
      layer.acknowledge(offer.transaction, createAck(this.#dialog, response), flow)
      const sdp = parseSdp(response.body)
      const audio = sdp.ok ? readAudioAnswer(sdp.session, offer.local) : sdp
      if (audio.ok) this.#settle(audio.negotiated)
    }
    offer.settled.resolve(response.status)
  }

  /** CANCEL before the answer, BYE after it. Resolves when the call is over. */
  async hangUp(): Promise<CallEnd> {
    if (this.#isOver) return this.ended
    if (this.#dialog) this.#sendBye(this.#dialog)
    else this.#parts.layer.cancel(this.#transaction)
    this.#isGivenUp = true
    return this.ended
  }

  #sendBye(current: Dialog): void {
    if (this.#bye !== '') return
    const { dialog, request } = createInDialogRequest(current, { method: 'BYE' })
    this.#dialog = dialog
    this.#bye = this.#parts.layer.request(request, this.#parts.flow)
  }

  /** Sends the ACK that was kept back. */
  acknowledge(): void {
    this.#acknowledge()
  }

  /** As a telephone whose battery is out: nothing is sent any more, nothing is answered. */
  async vanish(): Promise<void> {
    await this.#finish({ by: 'us' })
  }

  #takeResponse(id: string, response: SipResponse): void {
    const { status } = response
    if (id === this.#offer?.transaction) {
      this.#takeOfferResponse(response)
      return
    }
    if (id === this.#bye) {
      if (status >= 200) void this.#finish({ by: 'us' })
      return
    }
    this.statuses.push(status)
    this.onStatus?.(status)
    if (status >= 300) {
      this.#answer.reject(new Error(`the call was refused: ${status}`))
      void this.#finish(status === 487 ? { by: 'us' } : { by: 'refusal', status })
    } else if (status >= 200) this.#answeredBy(response)
  }

  #answeredBy(response: SipResponse): void {
    const { layer, flow, invite, local, options } = this.#parts
    const made = createUacDialog({ request: invite, response })
    if (!made.ok || this.#dialog) return
    this.#dialog = made.dialog
    this.#acknowledge = () => layer.acknowledge(this.#transaction, createAck(made.dialog, response), flow)
    if (!options.withholdsAck) this.#acknowledge()
    // RFC 3261 §9.1: a 2xx that crosses the CANCEL is acknowledged and ended by BYE.
    if (this.#isGivenUp) {
      this.#sendBye(made.dialog)
      return
    }
    const sdp = parseSdp(response.body)
    const audio = sdp.ok ? readAudioAnswer(sdp.session, local) : sdp
    if (audio.ok) this.#settle(audio.negotiated)
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
