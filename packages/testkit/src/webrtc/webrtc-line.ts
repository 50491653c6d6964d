import { randomUUID } from 'node:crypto'
import { Audio, PeerConnection, type Track } from 'node-datachannel'
import { RtpStream } from '../rtp-stream/rtp-stream.ts'

const telephoneEvent = 126

/**
 * One end of a WebRTC connection with PCMU audio both ways, without a browser: full ICE, DTLS and SRTP. It makes the
 * offer, and is silent until it is told to speak.
 */
export class WebrtcLine {
  readonly id: string = randomUUID()
  readonly stream: RtpStream
  /** Resolves with true when the connection is up, with false when it failed or was closed first. */
  readonly connected: Promise<boolean>
  /** Resolves when it is no more: closed by either end, or consent lost (RFC 7675). */
  readonly ended: Promise<void>
  readonly #connection: PeerConnection
  readonly #track: Track
  readonly #connecting = Promise.withResolvers<boolean>()
  readonly #ending = Promise.withResolvers<void>()

  /** @param host address to bind to; loopback unless told */
  constructor({ host = '127.0.0.1' }: { host?: string } = {}) {
    this.connected = this.#connecting.promise
    this.ended = this.#ending.promise
    this.#connection = new PeerConnection(`line ${this.id}`, {
      iceServers: [],
      bindAddress: host,
      disableAutoNegotiation: true,
    })
    this.stream = new RtpStream({
      codec: 'PCMU',
      payloadType: 0,
      telephoneEvent,
      sendRtp: packet => this.#send(packet),
      sendRtcp: packet => this.#send(packet),
    })
    this.stream.sending = 'nothing'
    this.#track = this.#connection.addTrack(audioOf(this.stream.ssrc))
    this.#track.onMessage(bytes => this.stream.receive(bytes))
    this.#connection.onStateChange(state => this.#stateChanged(state))
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

  /** @throws Error of the library when it cannot read the answer */
  accept(answer: string): void {
    this.#connection.setRemoteDescription(answer, 'answer')
  }

  close(): void {
    this.stream.close()
    this.#connection.close()
    this.#stateChanged('closed')
  }

  #stateChanged(state: string): void {
    if (state === 'connected') this.#connecting.resolve(true)
    if (state !== 'closed' && state !== 'failed' && state !== 'disconnected') return
    this.#connecting.resolve(false)
    this.#ending.resolve()
  }

  #send(packet: Uint8Array): void {
    if (this.#track.isOpen()) this.#track.sendMessageBinary(Buffer.from(packet))
  }
}

function audioOf(ssrc: number): Audio {
  const audio = new Audio('0', 'SendRecv')
  audio.addAudioCodec(0, 'PCMU')
  audio.addAudioCodec(telephoneEvent, 'telephone-event')
  audio.addSSRC(ssrc, 'ringdown', 'ringdown', 'ringdown')
  return audio
}
