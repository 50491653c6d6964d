import type { CallCodec } from '@ringdown/contract'
import { sendingFirst } from './sending-first.rules.ts'

type Connection = Pick<RTCPeerConnection, 'createOffer' | 'setLocalDescription' | 'setRemoteDescription'>
/** The member is newer than the types that we compile with. */
type Encoding = RTCRtpEncodingParameters & { codec?: RTCRtpCodec }
type SendParameters = RTCRtpSendParameters & { encodings: Encoding[] }
type Sender = { getParameters(): SendParameters; setParameters(parameters: SendParameters): Promise<void> }

/**
 * Which of the codecs that both ends of a line took is sent. The gateway tells them by their payload types and need not be
 * asked; whatever it gets it turns into what the caller speaks.
 */
export class SendingCodec {
  readonly #connection: Connection
  readonly #sender: Sender
  #answer: string | null = null
  #wanted: CallCodec | null = null
  #chosen: CallCodec | null = null
  #turn: Promise<void> = Promise.resolve()

  constructor(args: { connection: Connection; sender: Sender }) {
    this.#connection = args.connection
    this.#sender = args.sender
  }

  /** The line stands: what was chosen before takes effect. */
  answered(sdp: string): Promise<void> {
    this.#answer = sdp
    return this.#change()
  }

  choose(codec: CallCodec): Promise<void> {
    this.#wanted = codec
    return this.#change()
  }

  /** One change after the other: two negotiations at once would fail both. */
  #change(): Promise<void> {
    const next = this.#turn.then(async () => {
      const codec = this.#wanted
      if (codec === null || this.#answer === null || this.#isSent(codec, this.#answer)) return
      this.#chosen = codec
      if (!(await this.#setParameters(codec))) await this.#renegotiate(codec, this.#answer)
    })
    this.#turn = next.catch(() => {})
    return next
  }

  /** Before anything was chosen it is the first codec of the answer. */
  #isSent(codec: CallCodec, answer: string): boolean {
    return this.#chosen === null ? sendingFirst(answer, codec) === answer : this.#chosen === codec
  }

  /** W3C webrtc-extensions, `RTCRtpEncodingParameters.codec`. Browsers that do not know the member drop it silently. */
  async #setParameters(codec: CallCodec): Promise<boolean> {
    const parameters = this.#sender.getParameters()
    const [encoding] = parameters.encodings
    const found = parameters.codecs.find(({ mimeType }) => isSame(mimeType, codec))
    if (encoding === undefined || found === undefined) return false
    encoding.codec = found
    try {
      await this.#sender.setParameters(parameters)
    } catch {
      return false
    }
    return isSame(this.#sender.getParameters().encodings[0]?.codec?.mimeType, codec)
  }

  /**
   * RFC 8829 §5.11: what is sent is the first codec of the remote description. The gateway's answer to this line, taken once more
   * with another one in front, changes nothing else, so nobody has to be asked for it.
   */
  async #renegotiate(codec: CallCodec, answer: string): Promise<void> {
    const sdp = sendingFirst(answer, codec)
    if (sdp === null) return
    await this.#connection.setLocalDescription(await this.#connection.createOffer())
    await this.#connection.setRemoteDescription({ type: 'answer', sdp })
  }
}

const isSame = (mimeType: string | undefined, codec: CallCodec) =>
  mimeType?.toLowerCase() === `audio/${codec.toLowerCase()}`
