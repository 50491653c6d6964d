import type { LiveOrder, LiveOutcome } from '../live/index.ts'
import { every, type Time } from '../time/index.ts'
import { type Observable, Source } from '../view-model/index.ts'
import type { Peer, PeerStats } from './peer.port.ts'
import { type Quality, rateQuality, unknownQuality } from './quality.rules.ts'

const periodMs = 5_000

export type QualityMonitorArgs = {
  peer: () => Peer | null
  callerQuality: () => { lossPercent: number; jitterMs: number } | null
  send: (order: LiveOrder) => Promise<LiveOutcome>
  time: Time
}

/** Reads the line every five seconds of a call, grades it, and reports it to the gateway. */
export class QualityMonitor {
  readonly #args: QualityMonitorArgs
  readonly #quality = new Source<Quality>(unknownQuality)
  #last: { peer: Peer; stats: PeerStats } | null = null
  #stop: (() => void) | null = null

  constructor(args: QualityMonitorArgs) {
    this.#args = args
  }

  get quality(): Observable<Quality> {
    return this.#quality
  }

  run(wanted: boolean): void {
    if (wanted === (this.#stop !== null)) return
    this.#stop?.()
    this.#last = null
    this.#quality.set(unknownQuality)
    this.#stop = wanted
      ? every({ time: this.#args.time, ms: periodMs, action: () => void this.#read() })
      : null
    if (wanted) void this.#read()
  }

  async #read(): Promise<void> {
    const peer = this.#args.peer()
    if (!peer) return this.#quality.set(unknownQuality)
    const stats = await peer.stats().catch(() => null)
    if (!stats || !this.#stop || peer !== this.#args.peer()) return
    const before = this.#last?.peer === peer ? this.#last.stats : null
    this.#last = { peer, stats }
    if (!before) return
    this.#quality.set(rateQuality({ before, after: stats, callerQuality: this.#args.callerQuality() }))
    const { roundTripMs, jitterMs, packetsReceived, packetsLost } = stats
    void this.#args.send({
      type: 'quality',
      report: {
        roundTripMs,
        jitterMs,
        packetsReceived: Math.max(0, packetsReceived - before.packetsReceived),
        packetsLost: packetsLost - before.packetsLost,
      },
    })
  }
}
