import {
  answerAudio,
  type Call,
  type CallAgent,
  type CallEnding,
  type CallEvent,
  createResponse,
  type LocalAudio,
  type NegotiatedAudio,
  offerAudio,
  parseSdp,
  readAudioAnswer,
  type SipRequest,
  serializeSdp,
  type TransactionLayer,
} from '@ringdown/sip'
import type { HeardAudio } from '../rtp-stream/packet-log.ts'
import type { RtpStream } from '../rtp-stream/rtp-stream.ts'
import type { Speech } from '../rtp-stream/voice.ts'
import type { AudioProtection } from './audio-protection.ts'
import type { RtpSockets } from './rtp-sockets.ts'

type Parts = {
  key: string
  agent: Pick<CallAgent, 'give' | 'get'>
  layer: Pick<TransactionLayer, 'respond'>
  invite: SipRequest
  local: LocalAudio
  rtp: RtpSockets
  protection: AudioProtection
  stream: RtpStream
}

/** A call to a test telephone: it rings, answers or refuses as a test says, and does by itself what telephones do. */
export class CalledCall {
  readonly invite: SipRequest
  readonly stream: RtpStream
  /** Resolves when the ACK for our answer came. */
  readonly acknowledged: Promise<void>
  /** Resolves when it is over, whoever ended it. */
  readonly ended: Promise<CallEnding>
  readonly #parts: Parts
  readonly #ack = Promise.withResolvers<void>()
  readonly #end = Promise.withResolvers<CallEnding>()
  #sessionVersion = 1
  /** Our description, made when it is first needed. */
  #description: string | undefined
  #isOver = false

  constructor(parts: Parts) {
    this.#parts = parts
    this.invite = parts.invite
    this.stream = parts.stream
    this.stream.sending = 'nothing'
    this.acknowledged = this.#ack.promise
    this.ended = this.#end.promise
  }

  /** 180, reliably where the caller wants that and it is asked for (RFC 3262). */
  ring({ reliable = false }: { reliable?: boolean } = {}): void {
    this.#give({ type: 'progress', status: 180, reliable })
  }

  /** 183 with early media, in which `says` is heard. */
  progress({
    says,
    loop = false,
    reliable = false,
  }: {
    says?: Speech
    loop?: boolean
    reliable?: boolean
  } = {}): void {
    this.#give({ type: 'progress', status: 183, sdp: this.#describe(), reliable })
    if (says) void this.stream.voice.say(says, { loop })
  }

  /** 200; from then on `says` is heard. */
  answer({ says, loop = false }: { says?: Speech; loop?: boolean } = {}): void {
    this.#give({ type: 'answer', sdp: this.#describe() })
    if (says) void this.stream.voice.say(says, { loop })
  }

  /** 300 to 699. */
  refuse(status: number): void {
    this.#give({ type: 'hang up', status })
  }

  /** BYE after the answer, a refusal before it. Resolves when the call is over. */
  hangUp(): Promise<CallEnding> {
    this.#give({ type: 'hang up' })
    return this.ended
  }

  /** What protects the audio; nothing is said of it before there is a description of ours. */
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

  /** As a telephone whose battery is out. */
  async vanish(): Promise<void> {
    await this.#close({ type: 'lost', cause: 'gone' })
  }

  take(event: CallEvent): void {
    if (event.type === 'acknowledged') this.#ack.resolve()
    if (event.type === 'offer' && this.#hasAnswered) this.#answerOffer(event.sdp)
    if (event.type === 'offer wanted' && this.#hasAnswered) this.#offer()
    if (event.type === 'offer accepted') this.#accept(event.sdp)
    if (event.type === 'request') this.#parts.layer.respond(event.id, createResponse(event.request, 200, {}))
    if (event.type === 'ended') void this.#close(event.ending)
  }

  get #hasAnswered(): boolean {
    const call: Call | undefined = this.#parts.agent.get(this.#parts.key)
    return call?.phase === 'answered'
  }

  #give(input: Parameters<CallAgent['give']>[1]): void {
    this.#parts.agent.give(this.#parts.key, input)
  }

  #describe(): string {
    if (this.#description !== undefined) return this.#description
    const offer = parseSdp(this.invite.body)
    const result = offer.ok ? answerAudio(offer.session, this.#parts.local) : undefined
    if (result && !result.ok) throw new Error(`the offer cannot be answered: ${result.code}`)
    if (result) this.#settle(result.negotiated)
    this.#description = serializeSdp(result ? result.answer : offerAudio(this.#parts.local))
    return this.#description
  }

  #answerOffer(sdp: string): void {
    const offer = parseSdp(new TextEncoder().encode(sdp))
    const result = offer.ok ? answerAudio(offer.session, this.#next()) : offer
    if (result.ok) this.#settle(result.negotiated)
    this.#give(
      result.ok
        ? { type: 'answer', sdp: serializeSdp(result.answer) }
        : { type: 'refuse offer', status: 488 },
    )
  }

  #offer(): void {
    this.#give({ type: 'answer', sdp: serializeSdp(offerAudio(this.#next())) })
  }

  #accept(sdp: string): void {
    const answer = parseSdp(new TextEncoder().encode(sdp))
    const read = answer.ok ? readAudioAnswer(answer.session, this.#parts.local) : answer
    if (read.ok) this.#settle(read.negotiated)
  }

  #next(): LocalAudio {
    this.#sessionVersion += 1
    return { ...this.#parts.local, sessionVersion: this.#sessionVersion }
  }

  #settle({ remote, direction, srtp }: NegotiatedAudio): void {
    this.#parts.rtp.remote = { address: remote.address, port: remote.port }
    this.#parts.protection.settle(srtp)
    this.stream.sending = direction === 'sendrecv' || direction === 'sendonly' ? 'voice' : 'nothing'
  }

  async #close(ending: CallEnding): Promise<void> {
    if (this.#isOver) return
    this.#isOver = true
    this.stream.close()
    await this.#parts.rtp.close()
    this.#end.resolve(ending)
  }
}
