import { isRtcp, parseRtcp, parseRtp, payloadOf, type RtcpPacket, serializeRtp } from '@ringdown/media'
import { Audio, PeerConnection, type Track } from 'node-datachannel'
import type { HeardPacket } from './create-test-phone.ts'
import { Inbox } from './inbox.ts'

export const BROWSER_TOUCH_TONES = 126

/** A browser's end: full ICE, DTLS and SRTP, without a browser. */
export class TestBrowser {
  readonly heard = new Inbox<HeardPacket>()
  readonly reports = new Inbox<RtcpPacket>()
  readonly states = new Inbox<string>()
  readonly ssrc = 1 + Math.floor(Math.random() * 2 ** 31)
  readonly #connection: PeerConnection
  readonly #track: Track
  #sequence = 1
  #timestamp = 0
  #talking: NodeJS.Timeout | undefined

  constructor(codecs: readonly [number, string][]) {
    this.#connection = new PeerConnection('browser', {
      iceServers: [],
      bindAddress: '127.0.0.1',
      disableAutoNegotiation: true,
    })
    const audio = new Audio('0', 'SendRecv')
    audio.addOpusCodec(111)
    for (const [payloadType, codec] of codecs) audio.addAudioCodec(payloadType, codec)
    audio.addSSRC(this.ssrc, 'browser', 'browser', 'browser')
    this.#connection.onStateChange(state => this.states.add(state))
    this.#track = this.#connection.addTrack(audio)
    this.#track.onMessage(bytes => this.#receive(bytes))
  }

  async offer(): Promise<string> {
    await new Promise<void>(resolve => {
      this.#connection.onGatheringStateChange(state => state === 'complete' && resolve())
      this.#connection.setLocalDescription('offer')
      if (this.#connection.gatheringState() === 'complete') resolve()
    })
    const { sdp } = this.#connection.localDescription()!
    return sdp.replace('telephone-event/48000/2', 'telephone-event/8000')
  }

  /** Takes the answer and waits until the connection is up. */
  async accept(answer: string): Promise<void> {
    this.#connection.setRemoteDescription(answer, 'answer')
    await this.states.next(state => state === 'connected')
    if (!this.#track.isOpen()) await new Promise<void>(resolve => this.#track.onOpen(resolve))
  }

  /** Sends one packet; the next one is `ticks` later. */
  speak(payload: Uint8Array, payloadType = 0, ticks = 160): void {
    const header = {
      marker: false,
      payloadType,
      sequence: this.#sequence,
      timestamp: this.#timestamp,
      ssrc: this.ssrc,
    }
    this.#sequence = (this.#sequence + 1) & 0xffff
    this.#timestamp += ticks
    this.#track.sendMessageBinary(Buffer.from(serializeRtp(header, payload)))
  }

  talk(payload: Uint8Array): void {
    this.#talking = setInterval(() => this.speak(payload), 20)
  }

  hush(): void {
    clearInterval(this.#talking)
  }

  close(): void {
    clearInterval(this.#talking)
    this.#connection.close()
  }

  #receive(bytes: Buffer): void {
    if (isRtcp(bytes)) {
      for (const report of parseRtcp(bytes) ?? []) this.reports.add(report)
      return
    }
    const packet = parseRtp(bytes)
    if (packet === undefined) return
    const { payloadType, sequence, timestamp, ssrc, marker } = packet
    const payload = Buffer.from(payloadOf(packet))
    this.heard.add({ payloadType, payload, sequence, timestamp, ssrc, marker, at: performance.now() })
  }
}

export function createTestBrowser(codecs?: readonly [number, string][]): TestBrowser {
  return new TestBrowser(
    codecs ?? [
      [0, 'PCMU'],
      [8, 'PCMA'],
      [9, 'G722'],
      [BROWSER_TOUCH_TONES, 'telephone-event'],
    ],
  )
}
