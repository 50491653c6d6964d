import { ticksPerFrame } from '../frame.ts'
import { type Clip, clipLength, readClip } from './clip.ts'
import { type Tone, ToneGenerator } from './tone.ts'

/** One thing to be heard. `id` is what `completed` reports. Clips must have the player's sample rate. */
export type PlayItem = { readonly id: string } & (
  | { readonly type: 'clip'; readonly clip: Clip }
  /** For ever, from `fromMs` on. */
  | { readonly type: 'loop'; readonly clip: Clip; readonly fromMs?: number }
  | { readonly type: 'silence'; readonly ms: number }
  /** For ever when `ms` is left out. */
  | { readonly type: 'tone'; readonly tone: Tone; readonly ms?: number }
)

export type PlayerStep = {
  /** False when nothing is left to play: then the frame is silence and need not be sent. */
  readonly isPlaying: boolean
  /** Ids of the items that ended within this frame, in order. */
  readonly completed: readonly string[]
}

export type PlayerStats = { readonly frames: number; readonly itemsCompleted: number }

/** Reads one item: `read` fills `target[from..to)` as far as it can and returns how many samples it gave. */
type Reader = {
  read(target: Int16Array, from: number, to: number): number
  /** Samples. */
  position(): number
  isOver(): boolean
}

const FADE_SECONDS = 0.005
const NOTHING: readonly string[] = []

function clipReader(clip: Clip, loops: boolean, start: number): Reader {
  const length = clipLength(clip)
  let at = length === 0 ? 0 : start % length
  return {
    read: (target, from, to) => {
      let filled = from
      while (filled < to && length > 0) {
        const count = Math.min(to - filled, length - at)
        if (count === 0) break
        readClip(clip, at, count, target, filled)
        filled += count
        at += count
        if (loops && at === length) at = 0
      }
      return filled - from
    },
    position: () => at,
    isOver: () => at >= length,
  }
}

function timedReader(length: number, fill: (target: Int16Array, from: number, to: number) => void): Reader {
  let at = 0
  return {
    read: (target, from, to) => {
      const count = Math.min(to - from, length - at)
      fill(target, from, from + count)
      at += count
      return count
    },
    position: () => at,
    isOver: () => at >= length,
  }
}

function readerOf(item: PlayItem, sampleRate: number): Reader {
  const toSamples = (ms: number) => Math.round((ms * sampleRate) / 1000)
  switch (item.type) {
    case 'clip':
      return clipReader(item.clip, false, 0)
    case 'loop':
      return clipReader(item.clip, true, toSamples(item.fromMs ?? 0))
    case 'silence':
      return timedReader(toSamples(item.ms), (target, from, to) => target.fill(0, from, to))
    case 'tone': {
      const generator = new ToneGenerator(item.tone, sampleRate)
      const length = item.ms === undefined ? Number.POSITIVE_INFINITY : toSamples(item.ms)
      return timedReader(length, (target, from, to) => generator.read(target, from, to))
    }
  }
}

/**
 * Plays a list of clips, pauses, tones and music as 20 ms frames; changing the list cross-fades over 5 ms.
 */
export class Player {
  readonly frameSamples: number
  readonly #sampleRate: number
  readonly #fade: Int16Array
  #items: readonly PlayItem[] = []
  #index = 0
  #reader: Reader | undefined
  #fading = false
  #frames = 0
  #itemsCompleted = 0

  /** @param options.sampleRate of the frames and of every clip, Hz */
  constructor(options: { readonly sampleRate: number }) {
    this.#sampleRate = options.sampleRate
    this.frameSamples = ticksPerFrame(options.sampleRate)
    this.#fade = new Int16Array(Math.round(options.sampleRate * FADE_SECONDS))
  }

  /**
   * Plays these items instead of what is playing. An empty list stops. Items cut short are not reported
   * completed.
   *
   * @throws RangeError if a clip has another sample rate
   */
  play(items: readonly PlayItem[]): void {
    for (const item of items) {
      if ('clip' in item && item.clip.sampleRate !== this.#sampleRate) {
        throw new RangeError(`a clip of ${item.clip.sampleRate} Hz in a player of ${this.#sampleRate} Hz`)
      }
    }
    if (this.#reader !== undefined && !this.#fading) {
      const given = this.#reader.read(this.#fade, 0, this.#fade.length)
      this.#fade.fill(0, given)
      this.#fading = true
    }
    this.#items = items
    this.#index = 0
    this.#reader = this.#open()
  }

  /** Writes the next 20 ms to `target` (at least `frameSamples` long), silence behind the end of the list. */
  read(target: Int16Array): PlayerStep {
    let completed: string[] | undefined
    let filled = 0
    const wasPlaying = this.#reader !== undefined || this.#fading
    while (this.#reader !== undefined && filled < this.frameSamples) {
      filled += this.#reader.read(target, filled, this.frameSamples)
      if (!this.#reader.isOver()) break
      completed ??= []
      completed.push(this.#items[this.#index]!.id)
      this.#index++
      this.#reader = this.#open()
    }
    target.fill(0, filled, this.frameSamples)
    if (this.#fading) this.#crossFade(target)
    if (wasPlaying) this.#frames++
    this.#itemsCompleted += completed?.length ?? 0
    return { isPlaying: wasPlaying, completed: completed ?? NOTHING }
  }

  /** What is playing and how far; undefined when nothing is. Music can be taken up there again (`fromMs`). */
  position(): { readonly id: string; readonly ms: number } | undefined {
    const item = this.#items[this.#index]
    if (this.#reader === undefined || item === undefined) return undefined
    return { id: item.id, ms: (this.#reader.position() * 1000) / this.#sampleRate }
  }

  #open(): Reader | undefined {
    const item = this.#items[this.#index]
    return item === undefined ? undefined : readerOf(item, this.#sampleRate)
  }

  #crossFade(target: Int16Array): void {
    const fade = this.#fade
    for (let i = 0; i < fade.length; i++) {
      const weight = (i + 1) / (fade.length + 1)
      target[i] = Math.round(target[i]! * weight + fade[i]! * (1 - weight))
    }
    this.#fading = false
  }

  stats(): PlayerStats {
    return { frames: this.#frames, itemsCompleted: this.#itemsCompleted }
  }
}
