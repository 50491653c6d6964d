import { isRtcp, parseRtp } from '@ringdown/media'
import type { EndpointId } from '../worker.port.ts'
import type { Clock } from './clock.ts'
import type { Endpoint, EndpointReports } from './endpoint.ts'
import { Inlet } from './inlet.ts'
import { completeAnswer, type Offer, readOffer } from './offer.rules.ts'
import { RtcpReporter } from './rtcp-reporter.ts'
import { RtpOutlet, randomSsrc } from './rtp-outlet.ts'
import { WebrtcPeer } from './webrtc-peer.ts'

/** An idle line carries no packets but consent checks: reports stop this long after the last audio either way. */
const REPORTS_AFTER_AUDIO_MS = 10_000

export type WebrtcEndpointOptions = {
  id: EndpointId
  owner: string
  offer: string
  host: string
  port: number
  publicIp: string | undefined
  clock: Clock
  reports: EndpointReports
}

export type OpenedWebrtc =
  | { ok: true; endpoint: WebrtcEndpoint; answer: string }
  | { ok: false; message: string }

/** Answers a browser's offer. The endpoint reports `connected` once the browser took the answer. */
export async function openWebrtc(options: WebrtcEndpointOptions): Promise<OpenedWebrtc> {
  const read = readOffer(options.offer)
  if (!read.ok) return read
  const { offer } = read
  const { publicIp, port } = options
  let endpoint: WebrtcEndpoint | undefined
  let isAnswered = false
  try {
    const ssrc = randomSsrc()
    const peer = new WebrtcPeer({
      name: options.id,
      offer,
      ssrc,
      host: options.host,
      port,
      onConnected: () => endpoint?.connected(),
      onPacket: packet => endpoint?.receive(packet),
      onLost: reason => {
        endpoint?.outlet.close()
        if (isAnswered) options.reports.lost(reason)
      },
    })
    endpoint = new WebrtcEndpoint({ ...options, peer, formats: offer.formats, ssrc })
    const answer = completeAnswer({ answer: await peer.answer(), formats: offer.formats, publicIp, port })
    isAnswered = true
    return { ok: true, endpoint, answer }
  } catch (error) {
    endpoint?.close()
    return { ok: false, message: error instanceof Error ? error.message : 'the offer cannot be answered' }
  }
}

/** A browser's audio: the operator's warm line, idle or in a call. */
class WebrtcEndpoint implements Endpoint {
  readonly kind = 'webrtc'
  readonly call = null
  readonly local = null
  readonly id: EndpointId
  readonly owner: string
  readonly inlet: Inlet
  readonly outlet: RtpOutlet
  readonly #peer: WebrtcPeer
  readonly #clock: Clock
  readonly #reports: EndpointReports
  readonly #rtcp: RtcpReporter
  #lastArrival: number | undefined
  #lastAudio: number | undefined

  constructor(
    options: WebrtcEndpointOptions & { peer: WebrtcPeer; formats: Offer['formats']; ssrc: number },
  ) {
    const { peer, formats, ssrc } = options
    this.id = options.id
    this.owner = options.owner
    this.#peer = peer
    this.#clock = options.clock
    this.#reports = options.reports
    const { digit: onDigit, codecChanged: onCodec } = options.reports
    this.inlet = new Inlet({ formats, onDigit, onCodec, ignoresUnheard: true })
    this.outlet = new RtpOutlet({ formats, ssrc, transmit: packet => peer.send(packet) })
    this.outlet.isMuted = true
    this.#rtcp = new RtcpReporter({
      inlet: this.inlet,
      outlet: this.outlet,
      transmit: report => peer.send(report),
    })
  }

  get isConnected(): boolean {
    return this.#peer.isOpen
  }

  connected(): void {
    this.outlet.isMuted = false
    this.#reports.connected()
  }

  receive(bytes: Buffer): void {
    const { now } = this.#clock
    if (isRtcp(bytes)) {
      if (this.#rtcp.receive(bytes, now)) this.#lastArrival = now
      return
    }
    const packet = parseRtp(bytes)
    if (packet === undefined) return
    this.#lastArrival = now
    if (this.inlet.isHeard) this.#lastAudio = now
    this.inlet.receive(packet, now)
  }

  counts(now: number) {
    return {
      packetsSent: this.outlet.output.stats().packets,
      foreignPackets: 0,
      silentForMs: this.#lastArrival === undefined ? null : now - this.#lastArrival,
      lossAtPeerPercent: this.#rtcp.lossAtPeerPercent,
    }
  }

  everySecond(now: number): void {
    const last = Math.max(this.#lastAudio ?? 0, this.outlet.output.stats().lastSent ?? 0)
    if (last !== 0 && now - last < REPORTS_AFTER_AUDIO_MS) this.#rtcp.reportWhenDue(now)
  }

  close(): void {
    if (this.#peer.isOpen) this.#rtcp.sayGoodbye()
    this.#peer.close()
    this.outlet.close()
  }
}
