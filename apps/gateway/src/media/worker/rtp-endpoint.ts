import type { RemoteInfo } from 'node:dgram'
import {
  awaitSource,
  destinationOf,
  isRtcp,
  learnSource,
  parseRtp,
  type RtpPacket,
  type SourceState,
} from '@ringdown/media'
import type { EndpointId, RtpSettings, TransportAddress } from '../worker.port.ts'
import type { Clock } from './clock.ts'
import type { Endpoint, EndpointReports } from './endpoint.ts'
import { type Format, Inlet } from './inlet.ts'
import { RtcpReporter } from './rtcp-reporter.ts'
import { RtpOutlet } from './rtp-outlet.ts'
import type { RtpPorts, SocketPair } from './rtp-ports.ts'

/** ms without RTP and RTCP after which a peer counts as silent. */
const SILENT_MS = 15_000

export type RtpEndpointOptions = {
  id: EndpointId
  call: string
  host: string
  pair: SocketPair
  ports: RtpPorts
  settings: RtpSettings
  clock: Clock
  reports: EndpointReports
}

/** A telephone's audio over plain RTP: one peer, learned once by its packets (RFC 4961). */
export class RtpEndpoint implements Endpoint {
  readonly kind = 'rtp'
  readonly owner = null
  readonly id: EndpointId
  readonly call: string
  readonly local: TransportAddress
  readonly inlet: Inlet
  readonly outlet: RtpOutlet
  readonly #options: RtpEndpointOptions
  readonly #rtcp: RtcpReporter
  #source: SourceState
  #rtcpPort: number | undefined
  #lastArrival: number | undefined
  #silentSince: number
  #saidSilent = false

  constructor(options: RtpEndpointOptions) {
    this.#options = options
    this.id = options.id
    this.call = options.call
    this.local = { address: options.host, port: options.pair.port }
    const format = formatOf(options.settings)
    this.inlet = new Inlet({ format, onDigit: options.reports.digit, ignoresUnheard: false })
    this.outlet = new RtpOutlet({ format, transmit: packet => this.#send(packet) })
    this.outlet.isMuted = options.settings.peerHolds
    this.#rtcp = new RtcpReporter({
      inlet: this.inlet,
      outlet: this.outlet,
      transmit: report => this.#sendRtcp(report),
    })
    this.#source = awaitSource(toHost(options.settings.remote))
    this.#silentSince = options.clock.now
    this.#listen(options.pair)
  }

  /** @returns whether the codec or a payload type changed */
  update(settings: RtpSettings): boolean {
    const format = formatOf(settings)
    const changes = JSON.stringify(format) !== JSON.stringify(this.inlet.format)
    this.inlet.format = format
    this.outlet.format = format
    this.outlet.isMuted = settings.peerHolds
    const before = this.#source
    this.#source = learnSource(before, { type: 'signalled', address: toHost(settings.remote) }).state
    if (this.#source !== before) this.#rtcpPort = undefined
    return changes
  }

  get isConnected(): boolean {
    return this.#source.status === 'learned'
  }

  counts(now: number) {
    const last = this.#lastArrival
    return {
      packetsSent: this.outlet.output.stats().packets,
      foreignPackets: this.#source.strangers,
      silentForMs: last === undefined ? null : now - last,
      lossAtPeerPercent: this.#rtcp.lossAtPeerPercent,
    }
  }

  everySecond(now: number): void {
    this.#rtcp.reportWhenDue(now)
    if (now - this.#silentSince < SILENT_MS || this.#saidSilent) return
    this.#saidSilent = true
    this.#options.reports.silent()
  }

  close(): void {
    this.#rtcp.sayGoodbye()
    this.#options.ports.release(this.#options.pair)
  }

  #listen({ rtp, rtcp }: SocketPair): void {
    rtp.on('message', (bytes, from) => {
      if (isRtcp(bytes)) this.#receiveRtcp(bytes, from)
      else this.#receive(bytes, from)
    })
    rtcp.on('message', (bytes, from) => this.#receiveRtcp(bytes, from))
    // An ICMP "port unreachable" of a peer that hung up: silence is what tells, not this.
    rtp.on('error', () => {})
    rtcp.on('error', () => {})
  }

  #receive(bytes: Uint8Array, from: RemoteInfo): void {
    const packet = parseRtp(bytes)
    const usable = packet !== undefined && this.inlet.knows(packet.payloadType) ? packet : undefined
    if (!this.#isPeer(usable, from)) return
    this.#heard(this.#options.clock.now)
    this.inlet.receive(usable!, this.#lastArrival!)
  }

  #isPeer(packet: RtpPacket | undefined, from: RemoteInfo): boolean {
    const source = this.#source
    if (source.status === 'learned' && source.peer.port === from.port && source.peer.host === from.address) {
      return packet !== undefined
    }
    const address = { host: from.address, port: from.port }
    const step = learnSource(source, { type: 'packet', from: address, rtp: packet })
    this.#source = step.state
    if (source.status === 'learned' && step.verdict === 'accept') this.#rtcpPort = undefined
    if (step.verdict === 'accept') this.#options.reports.connected()
    return step.verdict === 'accept'
  }

  #receiveRtcp(bytes: Uint8Array, from: RemoteInfo): void {
    const { now } = this.#options.clock
    if (from.address !== destinationOf(this.#source).host || !this.#rtcp.receive(bytes, now)) return
    this.#rtcpPort = from.port
    this.#heard(now)
  }

  #heard(now: number): void {
    this.#lastArrival = now
    this.#silentSince = now
    this.#saidSilent = false
  }

  #send(packet: Uint8Array): void {
    const { host, port } = destinationOf(this.#source)
    this.#options.pair.rtp.send(packet, port, host)
  }

  #sendRtcp(report: Uint8Array): void {
    const { host, port } = destinationOf(this.#source)
    const rtcpPort = this.#rtcpPort ?? port + 1
    if (rtcpPort <= 65535) this.#options.pair.rtcp.send(report, rtcpPort, host)
  }
}

function formatOf(settings: RtpSettings): Format {
  const { codec, payloadType, telephoneEvent } = settings
  return { codec, clockRate: 8000, payloadType, telephoneEvent }
}

function toHost({ address, port }: TransportAddress): { host: string; port: number } {
  return { host: address, port }
}
