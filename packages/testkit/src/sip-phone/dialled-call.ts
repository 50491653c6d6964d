import { type CallAgent, type CallEnding, type CallEvent, parseSdp, readAudioAnswer } from '@ringdown/sip'
import type { RtpStream } from '../rtp-stream/rtp-stream.ts'
import type { Speech } from '../rtp-stream/voice.ts'
import { credentialsFor, type PhoneAccount } from './phone-account.ts'
import { type PhoneAudio, settleAudio } from './phone-audio.ts'

type Parts = {
  key: string
  agent: Pick<CallAgent, 'give'>
  account: PhoneAccount
  audio: PhoneAudio
  says: Speech
}

/** A call that a desk phone makes. It proves who it is when it is asked. */
export class DialledCall {
  readonly stream: RtpStream
  /** Resolves with the answer; rejects when there is none. */
  readonly answered: Promise<void>
  /** Resolves when it is over, whoever ended it. */
  readonly ended: Promise<CallEnding>
  readonly #parts: Parts
  readonly #answer = Promise.withResolvers<void>()
  readonly #end = Promise.withResolvers<CallEnding>()

  constructor(parts: Parts) {
    this.#parts = parts
    this.stream = parts.audio.stream
    this.stream.sending = 'nothing'
    this.answered = this.#answer.promise
    this.ended = this.#end.promise
    // Whoever is interested awaits it; nobody has to.
    this.answered.catch(() => undefined)
  }

  /** BYE after the answer, CANCEL before it. Resolves when the call is over. */
  hangUp(): Promise<CallEnding> {
    this.#parts.agent.give(this.#parts.key, { type: 'hang up' })
    return this.ended
  }

  take(event: CallEvent): void {
    const { key, agent, account } = this.#parts
    if (event.type === 'challenged')
      agent.give(key, { type: 'authorize', cseq: event.cseq, headers: credentialsFor(account, event) })
    if (event.type === 'answered') this.#answeredBy(event.sdp)
    if (event.type === 'ended') void this.close(event.ending)
  }

  async close(ending: CallEnding): Promise<void> {
    this.#answer.reject(new Error(`the call ended: ${ending.type}`))
    this.stream.close()
    await this.#parts.audio.rtp.close()
    this.#end.resolve(ending)
  }

  #answeredBy(sdp: string): void {
    const { audio, says } = this.#parts
    const answer = parseSdp(new TextEncoder().encode(sdp))
    const read = answer.ok ? readAudioAnswer(answer.session, audio.local) : answer
    if (!read.ok) {
      this.#answer.reject(new Error(read.code))
      return
    }
    settleAudio(audio, read.negotiated)
    void this.stream.voice.say(says, { loop: true })
    this.#answer.resolve()
  }
}
