import type { RemoteInfo } from 'node:dgram'
import {
  awaitSource,
  destinationOf,
  isRtcp,
  learnSource,
  parseRtp,
  type RtpPacket,
  SOURCE_SILENCE_MS,
  type SourceState,
} from '@ringdown/media'
import type { EndpointId, RtpCodec, RtpSettings, TransportAddress } from '../worker.port.ts'
import type { Clock } from './clock.ts'
import type { Endpoint, EndpointReports } from './endpoint.ts'
import { type Formats, Inlet } from './inlet.ts'
import { RtcpReporter } from './rtcp-reporter.ts'
import { RtpOutlet } from './rtp-outlet.ts'
import { type RtpPorts, type SocketPair, versionOf } from './rtp-ports.ts'
import { SrtpSession } from './srtp/srtp-session.ts'

/** ms without RTP and RTCP after which a peer counts as silent. */
const SILENT_MS = 15_000

export type RtpEndpointOptions = {
  id: EndpointId
  call: string
  pair: SocketPair
  ports: RtpPorts
  settings: RtpSettings
  clock: Clock
  reports: EndpointReports
}

/** A telephone's audio over RTP or SRTP: one peer, learned once by its packets (RFC 4961). */
export class RtpEndpoint implements Endpoint {
  readonly kind = 'rtp'
  readonly owner = null
  readonly id: EndpointId
  readonly call: string
  readonly inlet: Inlet
  readonly outlet: RtpOutlet
  readonly #options: RtpEndpointOptions
  readonly #rtcp: RtcpReporter
  #pair: SocketPair
  #settings: RtpSettings
  #srtp: SrtpSession | undefined
  #source: SourceState
  #rtcpPort: number | undefined
  #lastArrival: number | undefined
  #lastRtp = Number.NEGATIVE_INFINITY
  #silentSince: number
  #saidSilent = false

  constructor(options: RtpEndpointOptions) {
    this.#options = options
    this.#pair = options.pair
    this.#settings = options.settings
    this.#srtp = SrtpSession.continue(undefined, options.settings.srtp)
    this.id = options.id
    this.call = options.call
    const [format, ...others] = formatsOf(options.settings)
    const { digit: onDigit, codecChanged: onCodec } = options.reports
    this.inlet = new Inlet({ formats: [format, ...others], onDigit, onCodec, ignoresUnheard: false })
    this.outlet = new RtpOutlet({ formats: [format], transmit: packet => this.#send(packet) })
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

  get local(): TransportAddress {
    return { address: this.#pair.host, port: this.#pair.port }
  }

  /**
   * Its port in the version of IP that the peer's address is of, where it is not there yet.
   *
   * @returns whether it is there now
   */
  async reach({ remote }: Pick<RtpSettings, 'remote'>): Promise<boolean> {
    const version = versionOf(remote.address)
    if (version === this.#pair.version) return true
    const pair = await this.#options.ports.move(this.#pair, version)
    if (pair === undefined) return false
    this.#pair = pair
    this.#listen(pair)
    return true
  }

  /** @returns whether the codec or a payload type changed */
  update(settings: RtpSettings): boolean {
    const formats = formatsOf(settings)
    const changes = JSON.stringify(formats) !== JSON.stringify(formatsOf(this.#settings))
    if (changes) {
      this.inlet.agree(formats)
      this.outlet.agree([formats[0]])
    }
    this.outlet.isMuted = settings.peerHolds
    this.#settings = settings
    this.#srtp = SrtpSession.continue(this.#srtp, settings.srtp)
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
      srtpFailures: this.#srtp?.failures,
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
    this.outlet.close()
    this.#options.ports.release(this.#pair)
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
    const { now } = this.#options.clock
    const opened = this.#srtp === undefined ? bytes : this.#open(this.#srtp, { bytes, from, now })
    const packet = opened === undefined ? undefined : parseRtp(opened)
    const usable = packet !== undefined && this.inlet.knows(packet.payloadType) ? packet : undefined
    if (!this.#isPeer(usable, from)) return
    this.#lastRtp = now
    this.#heard(now)
    this.inlet.receive(usable!, now)
  }

  /** Of strangers only what could make one of them the peer is worth its ciphers. */
  #open(srtp: SrtpSession, { bytes, from, now }: { bytes: Uint8Array; from: RemoteInfo; now: number }) {
    const source = this.#source
    const isDecided = source.status === 'learned' && now - this.#lastRtp < SOURCE_SILENCE_MS
    const { peer, signalled } = source.status === 'learned' ? source : { peer: source.signalled, ...source }
    const isExpected = [peer, signalled].some(({ host, port }) => host === from.address && port === from.port)
    return isDecided && !isExpected ? undefined : srtp.openRtp(bytes)
  }

  #isPeer(packet: RtpPacket | undefined, from: RemoteInfo): boolean {
    const source = this.#source
    if (source.status === 'learned' && source.peer.port === from.port && source.peer.host === from.address) {
      return packet !== undefined
    }
    const address = { host: from.address, port: from.port }
    const heard = this.inlet.source
    const current =
      heard === undefined
        ? undefined
        : { ssrc: heard.ssrc, silentMs: this.#options.clock.now - this.#lastRtp }
    const step = learnSource(source, { type: 'packet', from: address, rtp: packet, current })
    this.#source = step.state
    if (source.status === 'learned' && step.verdict === 'accept') this.#rtcpPort = undefined
    if (step.verdict === 'accept') this.#options.reports.connected()
    return step.verdict === 'accept'
  }

  #receiveRtcp(bytes: Uint8Array, from: RemoteInfo): void {
    const { now } = this.#options.clock
    if (from.address !== destinationOf(this.#source).host) return
    const opened = this.#srtp === undefined ? bytes : this.#srtp.openRtcp(bytes)
    if (opened === undefined || !this.#rtcp.receive(opened, now)) return
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
    const sealed = this.#srtp === undefined ? packet : this.#srtp.sealRtp(packet)
    if (sealed !== undefined) this.#pair.rtp.send(sealed, port, host)
  }

  #sendRtcp(report: Uint8Array): void {
    const { host, port } = destinationOf(this.#source)
    const { rtp, rtcp } = this.#pair
    const sealed = this.#srtp === undefined ? report : this.#srtp.sealRtcp(report)
    if (sealed === undefined) return
    if (this.#settings.rtcpMux === true) {
      rtp.send(sealed, port, host)
      return
    }
    const rtcpPort = this.#rtcpPort ?? this.#settings.remoteRtcpPort ?? port + 1
    if (rtcpPort <= 65535) rtcp.send(sealed, rtcpPort, host)
  }
}

function formatsOf(settings: RtpSettings): Formats {
  const { codec, payloadType, telephoneEvent, ptime: packetMs, alternatives = [] } = settings
  const clockRate = clockRateOf(codec)
  const others = alternatives.map(other => {
    const hasEvents = clockRateOf(other.codec) === clockRate
    return {
      ...other,
      clockRate: clockRateOf(other.codec),
      telephoneEvent: hasEvents ? telephoneEvent : undefined,
    }
  })
  return [{ codec, clockRate, payloadType, telephoneEvent, packetMs }, ...others]
}

/** RFC 3551 §4.5.2, RFC 7587 §4.1. */
const clockRateOf = (codec: RtpCodec): number => (codec === 'opus' ? 48_000 : 8000)

function toHost({ address, port }: TransportAddress): { host: string; port: number } {
  return { host: address, port }
}
