import { Framer, isTouchTone, type RtpPacket, ticksPerFrame } from '@ringdown/media'
import type { EndpointId } from '../worker.port.ts'
import type { CarrierStream } from './carrier-stream.ts'
import type { Clock } from './clock.ts'
import type { Endpoint, EndpointReports } from './endpoint.ts'
import { type Format, Inlet } from './inlet.ts'
import { randomSsrc } from './rtp-outlet.ts'
import { StreamOutlet } from './stream-outlet.ts'
import { LONGEST_FRAME } from './twilio.rules.ts'

const format: Format = { codec: 'PCMU', clockRate: 8000, payloadType: 0, telephoneEvent: undefined }

/** ms without any message: carriers send all the time, so the connection is dead. */
const DEAD_MS = 15_000

export type StreamEndpointOptions = {
  id: EndpointId
  call: string
  stream: CarrierStream
  streamSid: string
  clock: Clock
  reports: EndpointReports
  onRefused: (reason: string) => void
}

/** A caller's audio over a carrier's WebSocket, made into 20 ms packets as if they had come by RTP. */
export class StreamEndpoint implements Endpoint {
  readonly kind = 'stream'
  readonly owner = null
  readonly local = null
  readonly isConnected = true
  readonly id: EndpointId
  readonly call: string
  readonly inlet: Inlet
  readonly outlet: StreamOutlet
  readonly #options: StreamEndpointOptions
  readonly #framer = new Framer({
    frameBytes: ticksPerFrame(format.clockRate),
    maximumChunkBytes: LONGEST_FRAME,
  })
  readonly #ssrc = randomSsrc()
  #sequence = 0
  #timestamp = 0
  #lastArrival: number

  constructor(options: StreamEndpointOptions) {
    const { stream, reports } = options
    this.#options = options
    this.id = options.id
    this.call = options.call
    this.#lastArrival = options.clock.now
    const { digit: onDigit, codecChanged: onCodec } = reports
    this.inlet = new Inlet({ formats: [format], onDigit, onCodec, ignoresUnheard: false })
    this.outlet = new StreamOutlet({ streamSid: options.streamSid, send: text => stream.send(text) })
    stream.events = {
      started: () => {},
      audio: payload => this.#receive(payload),
      digit: digit => this.#press(digit),
      marked: name => this.outlet.marked(name),
      ended: ({ reason, refused }) => this.#end(reason, refused),
    }
  }

  /** Of the stream this endpoint was bound to. */
  get stream(): string {
    return this.#options.stream.id
  }

  counts(now: number) {
    return {
      packetsSent: this.outlet.sent,
      foreignPackets: 0,
      silentForMs: now - this.#lastArrival,
      lossAtPeerPercent: 0,
    }
  }

  everySecond(now: number): void {
    if (now - this.#lastArrival < DEAD_MS) return
    this.#options.stream.close('no message for 15 s')
    this.#end('no message for 15 s', false)
  }

  close(reason: string): void {
    this.outlet.close()
    this.#options.stream.close(reason)
  }

  #receive(payload: Uint8Array): void {
    const { now } = this.#options.clock
    this.#lastArrival = now
    const framed = this.#framer.process(payload)
    if (!framed.ok) return
    for (const frame of framed.value) this.inlet.receive(this.#packet(frame), now)
  }

  #packet(frame: Uint8Array): RtpPacket {
    const { sequence, timestamp } = { sequence: this.#sequence, timestamp: this.#timestamp }
    this.#sequence = (sequence + 1) & 0xffff
    this.#timestamp = (timestamp + frame.length) >>> 0
    const { payloadType } = format
    const payload = { payloadOffset: 0, payloadLength: frame.length }
    return { bytes: frame, marker: false, payloadType, sequence, timestamp, ssrc: this.#ssrc, ...payload }
  }

  // The carrier recognised the key press by itself and does not say how long it was.
  #press(digit: string): void {
    this.#lastArrival = this.#options.clock.now
    if (isTouchTone(digit)) this.#options.reports.digit(digit, 0)
  }

  #end(reason: string, refused: boolean): void {
    this.outlet.close()
    if (refused) this.#options.onRefused(reason)
    this.#options.reports.lost(reason)
  }
}
