import type { EndpointId, EndpointSnapshot, EndpointStats, WorkerEvent } from '../worker.port.ts'
import type { Clips } from './clips.ts'
import type { Clock } from './clock.ts'
import { Ear } from './ear.ts'
import type { Endpoint, EndpointReports } from './endpoint.ts'

const QUALITY_SECONDS = 5

/**
 * Endpoints take turns within a second: all at once, those of 100 calls held every packet up for 2 to 4 ms. A turn
 * takes 0.2 ms (median on the same busy machine).
 */
const TURNS = 20

/** ms from one turn to the next. */
export const TURN_MS = 1000 / TURNS

export type RouterOptions = { clock: Clock; clips: Clips; emit: (event: WorkerEvent) => void }

type Routed = { endpoint: Endpoint; ear: Ear; turn: number; seconds: number }

/** The endpoints of a worker and who hears whom. */
export class Router {
  readonly #options: RouterOptions
  readonly #routed = new Map<EndpointId, Routed>()
  #added = 0
  #turn = 0

  constructor(options: RouterOptions) {
    this.#options = options
  }

  find(id: EndpointId): Endpoint | undefined {
    return this.#routed.get(id)?.endpoint
  }

  earOf(id: EndpointId): Ear | undefined {
    return this.#routed.get(id)?.ear
  }

  get size(): number {
    return this.#routed.size
  }

  /** Takes in an open endpoint. It hears nothing yet; whoever was told to hear it begins to. */
  add(endpoint: Endpoint): void {
    const { clock, clips, emit } = this.#options
    const ear = new Ear({
      endpoint: endpoint.id,
      outlet: endpoint.outlet,
      clock,
      clips,
      inletOf: id => this.find(id)?.inlet,
      onPlayed: playlist => emit({ type: 'played', endpoint: endpoint.id, playlist }),
    })
    this.#routed.set(endpoint.id, { endpoint, ear, turn: this.#added % TURNS, seconds: 0 })
    this.#added++
    this.#sayCodec(endpoint)
    this.#changed(endpoint.id)
  }

  /** Closes an endpoint; an unknown one is closed already. */
  close(id: EndpointId, reason: string): void {
    const routed = this.#routed.get(id)
    if (routed === undefined) return
    this.#forget(id, routed)
    routed.endpoint.close(reason)
  }

  closeAll(reason: string): void {
    for (const id of [...this.#routed.keys()]) this.close(id, reason)
  }

  /** The endpoint speaks another codec now, or numbers it otherwise. */
  codecChanged(endpoint: Endpoint): void {
    this.#sayCodec(endpoint)
    this.#changed(endpoint.id)
  }

  #sayCodec({ id: endpoint, call, outlet: { codec } }: Endpoint): void {
    if (call !== null) this.#options.emit({ type: 'codec', endpoint, codec })
  }

  /** The endpoint speaks another codec now, or came, or went. */
  #changed(id: EndpointId): void {
    for (const { ear } of this.#routed.values()) ear.endpointChanged(id)
  }

  /** The peer of the endpoint sends another codec now. */
  #inletChanged(id: EndpointId): void {
    for (const { ear } of this.#routed.values()) ear.inletChanged(id)
  }

  /** The reports of an endpoint about to be opened under this id. */
  reportsOf(id: EndpointId): EndpointReports {
    const { emit } = this.#options
    return {
      connected: () => emit({ type: 'connected', endpoint: id }),
      silent: () => emit({ type: 'silent', endpoint: id }),
      digit: (digit, ms) => emit({ type: 'digit', endpoint: id, digit, ms }),
      codecChanged: () => this.#inletChanged(id),
      lost: reason => {
        const routed = this.#routed.get(id)
        if (routed !== undefined) this.#forget(id, routed)
        emit({ type: 'lost', endpoint: id, reason })
      },
    }
  }

  snapshot(): EndpointSnapshot[] {
    return [...this.#routed.values()].map(({ endpoint, ear }) => ({
      endpoint: endpoint.id,
      kind: endpoint.kind,
      call: endpoint.call,
      owner: endpoint.owner,
      local: endpoint.local,
      connected: endpoint.isConnected,
      codec: endpoint.outlet.codec,
      source: ear.source,
      stats: this.#stats(endpoint),
    }))
  }

  /** Called every `TURN_MS`; each endpoint has its turn once a second. */
  takeTurn(now: number): void {
    this.#turn = (this.#turn + 1) % TURNS
    const isDue = ({ turn }: Routed) => turn === this.#turn
    for (const routed of [...this.#routed.values()].filter(isDue)) {
      const { endpoint } = routed
      endpoint.inlet.expire(now)
      endpoint.everySecond(now)
      routed.seconds++
      if (endpoint.call === null || routed.seconds % QUALITY_SECONDS !== 0) continue
      this.#options.emit({ type: 'quality', endpoint: endpoint.id, stats: this.#stats(endpoint) })
    }
  }

  #forget(id: EndpointId, routed: Routed): void {
    this.#routed.delete(id)
    routed.ear.close()
    this.#changed(id)
  }

  #stats(endpoint: Endpoint): EndpointStats {
    const { now } = this.#options.clock
    const { packets, lossPercent, jitterMs, level } = endpoint.inlet.stats(now)
    const { packetsSent, foreignPackets, silentForMs, lossAtPeerPercent, srtpFailures } = endpoint.counts(now)
    return {
      packetsReceived: packets,
      packetsSent,
      // The worse direction: a call is as good as what the less lucky of the two hears.
      lossPercent: round(Math.max(lossPercent, lossAtPeerPercent)),
      jitterMs: round(jitterMs),
      silentForMs: silentForMs === null ? null : Math.round(silentForMs),
      level,
      foreignPackets,
      ...(srtpFailures === undefined ? {} : { srtpFailures }),
    }
  }
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}
