import { setTimeout } from 'node:timers/promises'
import { Audio, PeerConnection, type Track } from 'node-datachannel'
import type { Offer } from './offer.rules.ts'

/** ms; only the machine's own addresses are gathered, which takes less than one. */
const GATHERING_TIMEOUT_MS = 3000

/** RFC 7587 §6.1: telephones speak with one channel, and get what the browser sends. */
const OPUS_PARAMETERS = 'minptime=10;useinbandfec=1'

export type PeerOptions = {
  name: string
  offer: Offer
  ssrc: number
  host: string
  /** UDP port that all peers of the worker share. */
  port: number
  onConnected: () => void
  /** RTP and RTCP, decrypted. */
  onPacket: (packet: Buffer) => void
  /** Closed or failed, once. Not said after `close`. */
  onLost: (reason: string) => void
}

/** One browser's connection: ICE, DTLS and SRTP by node-datachannel, whose types stop here. */
export class WebrtcPeer {
  readonly #options: PeerOptions
  readonly #connection: PeerConnection
  readonly #track: Track
  #isOpen = false
  #isClosed = false

  /** @throws Error of the library if it cannot read the offer */
  constructor(options: PeerOptions) {
    this.#options = options
    const { name, host, port, offer } = options
    this.#connection = new PeerConnection(name, {
      iceServers: [],
      bindAddress: host,
      enableIceUdpMux: true,
      portRangeBegin: port,
      portRangeEnd: port,
      disableAutoNegotiation: true,
    })
    try {
      this.#connection.onStateChange(state => this.#stateChanged(state))
      // As answerer the track comes before the remote description: otherwise the library makes one without our SSRC.
      this.#track = this.#connection.addTrack(audioOf(options))
      this.#track.onMessage(packet => this.#receive(packet))
      this.#connection.setRemoteDescription(offer.sdp, 'offer')
    } catch (error) {
      this.#connection.close()
      throw error
    }
  }

  /**
   * The answer with all of the machine's candidates.
   *
   * @throws Error if the library cannot make one, for example because the shared port is taken
   */
  async answer(): Promise<string> {
    this.#connection.setLocalDescription('answer')
    // Asked for, not waited for: libuv looks at every registered callback of every peer whenever one of them is called.
    const givenUpAt = performance.now() + GATHERING_TIMEOUT_MS
    while (this.#connection.gatheringState() !== 'complete') {
      if (this.#isClosed) throw new Error('the connection failed at once')
      if (performance.now() > givenUpAt) throw new Error('gathering took too long')
      await setTimeout(1)
    }
    const description = this.#connection.localDescription()
    if (description === null || !description.sdp.includes('a=candidate:'))
      throw new Error('there is no candidate')
    return description.sdp
  }

  get isOpen(): boolean {
    return this.#isOpen
  }

  /** Encrypts and sends one RTP or RTCP packet; dropped while the connection is not up. */
  send(packet: Uint8Array): void {
    if (!this.#isOpen) return
    try {
      this.#track.sendMessageBinary(packet as Buffer)
    } catch {
      // The connection went away between two of its callbacks: its end is reported by the state change.
    }
  }

  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#isOpen = false
    this.#connection.close()
  }

  #receive(packet: Buffer): void {
    if (!this.#isClosed && Buffer.isBuffer(packet)) this.#options.onPacket(packet)
  }

  #stateChanged(state: string): void {
    if (this.#isClosed) return
    if (state === 'connected' && !this.#isOpen) {
      this.#isOpen = true
      this.#options.onConnected()
    }
    if (state !== 'failed' && state !== 'closed' && state !== 'disconnected') return
    this.close()
    this.#options.onLost(state)
  }
}

function audioOf({ offer, ssrc }: PeerOptions): Audio {
  const audio = new Audio(offer.mid, 'SendRecv')
  for (const { codec, payloadType } of offer.formats) {
    if (codec === 'opus') audio.addAudioCodec(payloadType, codec, OPUS_PARAMETERS)
    else audio.addAudioCodec(payloadType, codec)
  }
  const events = new Set(offer.formats.map(({ telephoneEvent }) => telephoneEvent))
  for (const event of events) if (event !== undefined) audio.addAudioCodec(event, 'telephone-event')
  audio.addSSRC(ssrc, 'ringdown', 'ringdown', 'ringdown')
  return audio
}
