import type { LiveOrder, LiveOutcome } from '../live/index.ts'
import { backOffMs } from '../live/index.ts'
import type { Time } from '../time/index.ts'
import { type Observable, Source } from '../view-model/index.ts'
import { closedLine, type Line, type LineEffect, type LineInput, stepLine } from './line.state.ts'
import type { CreatePeer, Peer } from './peer.port.ts'

const limitMs = 10_000
/** Longer than a Wi-Fi hiccup, shorter than the two seconds after which a caller should hear a voice again. */
const healMs = 1_500

export type LineRunnerArgs = {
  /** Part of every line id, so that two pages never use the same. */
  page: string
  createPeer: CreatePeer
  send: (order: LiveOrder) => Promise<LiveOutcome>
  onAudio: (stream: MediaStream) => void
  /** A new peer stands and sends nothing yet. */
  onPeer: (peer: Peer) => void
  time: Time
  random: () => number
}

/** Runs the effects of `line.state.ts`: the peer, the command to the gateway, the timer. */
export class LineRunner {
  readonly #args: LineRunnerArgs
  readonly #line = new Source<Line>(closedLine)
  #peer: Peer | null = null
  #cancelTimer: () => void = () => {}

  constructor(args: LineRunnerArgs) {
    this.#args = args
  }

  get line(): Observable<Line> {
    return this.#line
  }

  get peer(): Peer | null {
    return this.#peer
  }

  idOf(serial: number): string {
    return `${this.#args.page}.${serial}`
  }

  /** The serial of a line id, or null when another page made it. */
  serialOf(id: string | null): number | null {
    const prefix = `${this.#args.page}.`
    return id?.startsWith(prefix) ? Number(id.slice(prefix.length)) : null
  }

  take(input: LineInput): void {
    const { line, effects } = stepLine(this.#line.value, input)
    for (const effect of effects) this.#run(effect)
    this.#line.set(line)
  }

  #run(effect: LineEffect): void {
    switch (effect.type) {
      case 'open peer':
        void this.#open(effect.serial)
        return
      case 'close peer':
        this.#peer?.close()
        this.#peer = null
        return
      case 'tell closed':
        void this.#args.send({ type: 'close line', line: this.idOf(effect.serial) })
        return
      case 'clear timer':
        this.#cancelTimer()
        return
      case 'set timer':
        this.#cancelTimer()
        this.#cancelTimer = this.#args.time.after(this.#timerMs(effect), () => this.take({ type: 'timer' }))
    }
  }

  #timerMs(effect: Extract<LineEffect, { type: 'set timer' }>): number {
    if (effect.purpose === 'retry')
      return backOffMs({ attempt: effect.attempt + 1, random: this.#args.random() })
    return effect.purpose === 'limit' ? limitMs : healMs
  }

  async #open(serial: number): Promise<void> {
    const peer = this.#args.createPeer({
      state: state => this.take({ type: state, serial }),
      audio: stream => this.#args.onAudio(stream),
    })
    this.#peer = peer
    try {
      const sdp = await peer.offer()
      if (this.#peer !== peer) return
      const outcome = await this.#args.send({ type: 'open line', line: this.idOf(serial), sdp })
      if (this.#peer !== peer) return
      if (!outcome.ok || outcome.answer === null) return this.take({ type: 'refused', serial })
      await peer.answer(outcome.answer)
      this.take({ type: 'answered', serial })
      this.#args.onPeer(peer)
    } catch {
      // An SDP that the browser refuses; a new line is the only remedy there is.
      this.take({ type: 'refused', serial })
    }
  }
}
