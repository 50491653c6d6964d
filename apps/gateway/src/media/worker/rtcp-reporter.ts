import { randomBytes } from 'node:crypto'
import { RtcpSession, rtcpIntervalMs } from '@ringdown/media'
import type { Inlet } from './inlet.ts'
import type { RtpOutlet } from './rtp-outlet.ts'

export type RtcpReporterOptions = {
  inlet: Inlet
  outlet: RtpOutlet
  transmit: (report: Uint8Array) => void
}

// RFC 3550 §6.2: 5 % of the session's bandwidth, here 64 kbit/s of G.711.
const RTCP_BYTES_PER_SECOND = 400
const REPORT_BYTES = 120

/** Sends RTCP about one peer's stream every five seconds or so, and reads what the peer says about ours. */
export class RtcpReporter {
  readonly #options: RtcpReporterOptions
  readonly #session: RtcpSession
  #dueAt: number | undefined

  constructor(options: RtcpReporterOptions) {
    this.#options = options
    // RFC 7022 §4.2: a name of its own for every session, so that nobody can be followed by it.
    this.#session = new RtcpSession({
      output: options.outlet.output,
      cname: randomBytes(12).toString('base64'),
    })
  }

  /** @returns whether it was RTCP at all */
  receive(bytes: Uint8Array, now: number): boolean {
    return this.#session.receive(bytes, { now, unixMs: Date.now() }) !== undefined
  }

  reportWhenDue(now: number): void {
    if (this.#dueAt === undefined) this.#dueAt = now + this.#interval(true)
    if (now < this.#dueAt) return
    this.#dueAt = now + this.#interval(false)
    this.#options.transmit(this.#session.report(this.#options.inlet.source, { now, unixMs: Date.now() }))
  }

  sayGoodbye(): void {
    this.#options.transmit(this.#session.goodbye())
  }

  /** ms of the monotonic clock; undefined before the first report of the peer. */
  get lastArrival(): number | undefined {
    return this.#session.stats().lastArrival
  }

  /** Of our packets, since the beginning; 0 where the peer reports nothing. */
  get lossAtPeerPercent(): number {
    const { remote } = this.#session.stats()
    const { packets } = this.#options.outlet.output.stats()
    return remote === undefined || packets === 0
      ? 0
      : Math.min(100, (100 * Math.max(0, remote.cumulativeLost)) / packets)
  }

  #interval(isInitial: boolean): number {
    return rtcpIntervalMs({
      members: 2,
      senders: 2,
      weSent: true,
      bandwidth: RTCP_BYTES_PER_SECOND,
      averageSize: REPORT_BYTES,
      isInitial,
      random: Math.random(),
    })
  }
}
