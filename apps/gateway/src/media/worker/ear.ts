import type { EndpointId, Source, WorkerErrorCode } from '../worker.port.ts'
import type { Clips } from './clips.ts'
import type { Clock } from './clock.ts'
import { directHearing, type Hearing, MixHearing, pacedHearing } from './hearing.ts'
import type { Inlet } from './inlet.ts'
import type { Interlude } from './interlude.ts'
import type { Outlet } from './outlet.ts'
import { playlistHearing } from './playlist-hearing.ts'

/** Finished playlists remembered per endpoint; a caller hears a few per minute. */
const REMEMBERED = 1000

export type EarOptions = {
  endpoint: EndpointId
  outlet: Outlet
  clock: Clock
  clips: Clips
  /** The inlet of an endpoint that is open now. */
  inletOf: (endpoint: EndpointId) => Inlet | undefined
  onPlayed: (playlist: string) => void
}

type Playlist = Extract<Source, { type: 'playlist' }>

/**
 * Keeps an endpoint hearing its declared source. An endpoint named there may not be open yet, or any more: the
 * declaration stays, and takes effect when it opens.
 */
export class Ear {
  readonly #options: EarOptions
  readonly #finished = new Set<string>()
  readonly #interludes: Interlude[] = []
  #source: Source = { type: 'nothing' }
  #hearing: Hearing | undefined
  #isClosed = false

  constructor(options: EarOptions) {
    this.#options = options
  }

  get source(): Source {
    return this.#source
  }

  /** Declares the source. Saying the same again changes nothing; a finished playlist is reported again. */
  hear(source: Source): WorkerErrorCode | undefined {
    const finished = source.type === 'playlist' && this.#finished.has(source.playlist)
    if (!finished && isSame(source, this.#source)) return undefined
    if (source.type === 'playlist' && !finished && !this.#canPlay(source)) return 'clip.unknown'
    if (!isSame(source, this.#source)) {
      this.#source = source
      this.#options.outlet.changeSource()
      this.#begin()
    }
    if (finished) this.#options.onPlayed(source.playlist)
    return undefined
  }

  /** Plays this instead of the source until it is over; several follow one another. */
  interrupt(interlude: Interlude): void {
    if (this.#isClosed) return
    this.#interludes.push(interlude)
    this.#options.clock.add(this.#tick)
  }

  /** An endpoint opened, closed or changed its codec. */
  endpointChanged(endpoint: EndpointId): void {
    // A playlist asks for the codec with every frame, and must not start over.
    if (this.#isClosed || this.#source.type === 'playlist') return
    if (endpoint === this.#options.endpoint || namedBy(this.#source).includes(endpoint)) this.#begin()
  }

  /** A peer that may be heard here speaks another codec now. */
  inletChanged(endpoint: EndpointId): void {
    if (!this.#isClosed && namedBy(this.#source).includes(endpoint)) this.#begin()
  }

  close(): void {
    this.#isClosed = true
    this.#source = { type: 'nothing' }
    this.#interludes.length = 0
    this.#replace(undefined)
  }

  #begin(): void {
    const source = this.#source
    if (source.type === 'playlist') {
      if (this.#finished.has(source.playlist)) this.#replace(undefined)
      else this.#replace(this.#play(source))
      return
    }
    const inlets = this.#inlets()
    const [only] = inlets.values()
    if (only === undefined) this.#replace(undefined)
    else if (inlets.size === 1) this.#hearAlone(only, inlets)
    else this.#mix(inlets)
  }

  #inlets(): Map<EndpointId, Inlet> {
    const { endpoint: own, inletOf } = this.#options
    const inlets = new Map<EndpointId, Inlet>()
    for (const endpoint of namedBy(this.#source)) {
      const inlet = inletOf(endpoint)
      const isEcho = endpoint === own && this.#source.type === 'mix'
      if (inlet !== undefined && !isEcho) inlets.set(endpoint, inlet)
    }
    return inlets
  }

  #hearAlone(inlet: Inlet, inlets: Map<EndpointId, Inlet>): void {
    const { outlet } = this.#options
    const way = outlet.wayFrom(inlet)
    if (way.type === 'mixed') this.#mix(inlets)
    else if (way.type === 'paced') this.#replace(pacedHearing(inlet, outlet))
    else this.#replace(directHearing(inlet, way.line, () => this.#interludes.length === 0))
  }

  #mix(inlets: Map<EndpointId, Inlet>): void {
    const current = this.#hearing
    if (current instanceof MixHearing) {
      current.setInputs(inlets)
      return
    }
    const mix = new MixHearing(this.#options.endpoint, this.#options.outlet)
    mix.setInputs(inlets)
    this.#replace(mix)
  }

  #play(source: Playlist): Hearing {
    const { clips, outlet } = this.#options
    const onEnd = () => outlet.whenHeard(source.playlist, () => this.#finish(source.playlist))
    return playlistHearing({ items: source.items, clips, outlet, onEnd })
  }

  #finish(playlist: string): void {
    if (this.#isClosed || this.#finished.has(playlist)) return
    this.#finished.add(playlist)
    const [oldest] = this.#finished
    if (this.#finished.size > REMEMBERED && oldest !== undefined) this.#finished.delete(oldest)
    const { source } = this
    if (source.type === 'playlist' && source.playlist === playlist) this.#replace(undefined)
    this.#options.onPlayed(playlist)
  }

  #canPlay(source: Playlist): boolean {
    return source.items.every(
      item => item.type !== 'clip' || this.#options.clips.find(item.name) !== undefined,
    )
  }

  #replace(hearing: Hearing | undefined): void {
    this.#hearing?.stop()
    this.#hearing = hearing
    if (hearing?.tick !== undefined) this.#options.clock.add(this.#tick)
    else if (this.#interludes.length === 0) this.#options.clock.remove(this.#tick)
  }

  readonly #tick = (tick: number, now: number): void => {
    const [interlude] = this.#interludes
    if (interlude === undefined) this.#hearing?.tick?.(tick, now)
    else if (!interlude.tick(now)) this.#interludes.shift()
    if (this.#interludes.length === 0 && this.#hearing?.tick === undefined)
      this.#options.clock.remove(this.#tick)
  }
}

function namedBy(source: Source): readonly EndpointId[] {
  if (source.type === 'endpoint') return [source.endpoint]
  return source.type === 'mix' ? source.endpoints : []
}

// A playlist's id stands for its items: control chooses it once and may know less about them after a restart.
function isSame(a: Source, b: Source): boolean {
  if (a.type === 'playlist') return b.type === 'playlist' && a.playlist === b.playlist
  if (a.type === 'endpoint') return b.type === 'endpoint' && a.endpoint === b.endpoint
  if (a.type === 'nothing') return b.type === 'nothing'
  return b.type === 'mix' && [...a.endpoints].sort().join('\n') === [...b.endpoints].sort().join('\n')
}
