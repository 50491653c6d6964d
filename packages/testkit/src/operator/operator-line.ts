import { randomUUID } from 'node:crypto'
import { Audio, PeerConnection, type Track } from 'node-datachannel'
import { RtpStream } from '../rtp-stream/rtp-stream.ts'

const telephoneEvent = 126

/** The browser's end of a warm line, without a browser: full ICE, DTLS and SRTP, silent until it is told to speak. */
export class OperatorLine {
  readonly id: string = randomUUID()
  readonly stream: RtpStream
  readonly #connection: PeerConnection
  readonly #track: Track
  #state = 'new'

  constructor() {
    this.#connection = new PeerConnection(`operator ${this.id}`, {
      iceServers: [],
      bindAddress: '127.0.0.1',
      disableAutoNegotiation: true,
    })
    const audio = new Audio('0', 'SendRecv')
    audio.addAudioCodec(0, 'PCMU')
    audio.addAudioCodec(telephoneEvent, 'telephone-event')
    this.stream = new RtpStream({
      codec: 'PCMU',
      payloadType: 0,
      telephoneEvent,
      sendRtp: packet => this.#send(packet),
      sendRtcp: packet => this.#send(packet),
    })
    // A line is silent until a call comes: no packets but consent checks.
    this.stream.sending = 'nothing'
    audio.addSSRC(this.stream.ssrc, 'operator', 'operator', 'operator')
    this.#track = this.#connection.addTrack(audio)
    this.#track.onMessage(bytes => this.stream.receive(bytes))
    this.#connection.onStateChange(state => {
      this.#state = state
    })
  }

  /** An offer with all candidates. */
  async offer(): Promise<string> {
    await new Promise<void>(resolve => {
      this.#connection.onGatheringStateChange(state => state === 'complete' && resolve())
      this.#connection.setLocalDescription('offer')
      if (this.#connection.gatheringState() === 'complete') resolve()
    })
    // libdatachannel writes the clock of every codec it does not know as 48000/2.
    return this.#connection.localDescription()!.sdp.replace('telephone-event/48000/2', 'telephone-event/8000')
  }

  accept(answer: string): void {
    this.#connection.setRemoteDescription(answer, 'answer')
  }

  get isConnected(): boolean {
    return this.#state === 'connected'
  }

  close(): void {
    this.stream.close()
    this.#connection.close()
  }

  #send(packet: Uint8Array): void {
    if (this.#track.isOpen()) this.#track.sendMessageBinary(Buffer.from(packet))
  }
}
