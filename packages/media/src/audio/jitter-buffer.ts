import { ticksPerFrame } from '../frame.ts'
import { addTicks, tickDistance } from '../rtp/serial.ts'
import { SampleRing } from './sample-ring.ts'

export type JitterBufferOptions = {
  /** Samples per second; one tick of the timestamps is one sample. */
  readonly clockRate: number
  /** Audio kept in hand at the start, and never given up to shorten the delay, in ms. */
  readonly minimumMs: number
  /** Above this depth audio is skipped at once, in ms; at most 800. */
  readonly maximumMs: number
}

/** `concealed`: at least part of the frame was missing. `idle`: no packet yet, or none for a while. */
export type Playout = 'audio' | 'concealed' | 'idle'

export type JitterBufferStats = {
  readonly packets: number
  /** Came before a packet that is older in the stream was in. */
  readonly reordered: number
  readonly duplicates: number
  /** Came after their turn. */
  readonly late: number
  /** Frames with missing audio. */
  readonly concealedFrames: number
  /** Audio left out to shorten the delay, in ms. */
  readonly skippedMs: number
  /** Times the stream began anew because its timestamps jumped. */
  readonly resets: number
  /** Audio in hand, in ms. */
  readonly depthMs: number
}

// After this many frames without audio a stream is idle and starts over with its next packet.
const IDLE_FRAMES = 25
// How long the depth must have been more than enough before a frame is folded away: 2 s.
const SHRINK_FRAMES = 100
const RING_SECONDS = 1

/**
 * Puts the packets of one stream in order for a consumer that takes 20 ms at a time: mixer or recorder. Works
 * on samples by timestamp, so packets may have any length.
 *
 * The delay adapts without a clock: a packet that comes too late for its turn makes the playout wait, which
 * adds 20 ms; when there was more in hand than `minimumMs` for two seconds, two frames are cross-faded into
 * one.
 */
export class JitterBuffer {
  readonly frameSamples: number
  readonly #options: JitterBufferOptions
  readonly #ring: SampleRing
  readonly #lastFrame: Int16Array
  readonly #minimum: number
  readonly #maximum: number
  #running = false
  /** Timestamp of the next sample to play. */
  #head = 0
  /** Timestamp behind the newest sample. */
  #end = 0
  /** Ticks from the head to the first sample of a talk spurt: nothing is missing there. */
  #leadIn = 0
  #missingFrames = 0
  #leastDepth = Number.POSITIVE_INFINITY
  #framesObserved = 0
  #packets = 0
  #reordered = 0
  #duplicates = 0
  #late = 0
  #concealed = 0
  #skipped = 0
  #resets = 0

  constructor(options: JitterBufferOptions) {
    this.#options = options
    this.frameSamples = ticksPerFrame(options.clockRate)
    this.#ring = new SampleRing(options.clockRate * RING_SECONDS)
    this.#lastFrame = new Int16Array(this.frameSamples)
    this.#minimum = Math.round((options.clockRate * options.minimumMs) / 1000)
    this.#maximum = Math.round((options.clockRate * options.maximumMs) / 1000)
  }

  /**
   * Takes the decoded samples of one packet (copied) with its RTP timestamp. Any order, any length up to 200
   * ms.
   */
  put(samples: Int16Array, timestamp: number): void {
    if (samples.length === 0 || samples.length > this.#options.clockRate / 5) return
    this.#packets++
    if (!this.#running) this.#start(timestamp)
    else if (this.#isElsewhere(timestamp)) {
      this.#resets++
      this.#start(timestamp)
    }
    if (tickDistance(this.#head, addTicks(timestamp, samples.length)) <= 0) {
      this.#late++
      return
    }
    if (tickDistance(this.#end, timestamp) < 0) this.#reordered++
    else this.#skipPause(timestamp)
    this.#leadIn = Math.min(this.#leadIn, Math.max(0, tickDistance(this.#head, timestamp)))
    if (!this.#store(samples, timestamp)) this.#duplicates++
    if (this.#depth() > this.#maximum + samples.length) this.#skipTo(addTicks(this.#end, -this.#minimum))
  }

  /**
   * Writes the next 20 ms into `target`.
   *
   * @throws RangeError if `target` is shorter than `frameSamples`
   */
  take(target: Int16Array): Playout {
    if (target.length < this.frameSamples) throw new RangeError(`a frame has ${this.frameSamples} samples`)
    if (!this.#running) {
      target.fill(0)
      return 'idle'
    }
    const depth = this.#depth()
    // Half a frame waits once for its other half; after that it is the end of a talk spurt and is played.
    if (depth <= 0 || (depth < this.frameSamples && this.#missingFrames === 0)) return this.#conceal(target)
    if (this.#leadIn >= this.frameSamples) return this.#wait(target)
    const missing = this.#play(target)
    this.#shrinkIfPossible(target)
    this.#lastFrame.set(target.subarray(0, this.frameSamples))
    if (missing === 0) this.#missingFrames = 0
    else this.#concealed++
    return missing === 0 ? 'audio' : 'concealed'
  }

  #depth(): number {
    return tickDistance(this.#head, this.#end)
  }

  // The first packet waits `minimumMs`: the playout begins that far before it.
  #start(timestamp: number): void {
    this.#running = true
    this.#ring.clearAll()
    this.#head = addTicks(timestamp, -this.#minimum)
    this.#end = timestamp
    this.#leadIn = this.#minimum
    this.#missingFrames = 0
    this.#lastFrame.fill(0)
    this.#observeAnew()
  }

  #isElsewhere(timestamp: number): boolean {
    const ahead = tickDistance(this.#head, timestamp)
    return ahead > this.#options.clockRate * 0.8 || ahead < -this.#options.clockRate
  }

  // The playout stood still while the sender was silent: what it did not send need not be waited for.
  #skipPause(timestamp: number): void {
    if (this.#depth() > 0) return
    const start = addTicks(timestamp, -this.#minimum)
    if (tickDistance(this.#head, start) <= 0) return
    this.#head = start
    this.#leadIn = this.#minimum
  }

  #store(samples: Int16Array, timestamp: number): boolean {
    const isNew = this.#ring.write(samples, timestamp, Math.max(0, tickDistance(timestamp, this.#head)))
    const end = addTicks(timestamp, samples.length)
    if (tickDistance(this.#end, end) > 0) this.#end = end
    return isNew
  }

  /** Reads one frame at the head and moves on; returns how many of its samples were missing. */
  #play(target: Int16Array): number {
    let missing = 0
    for (let i = 0; i < this.frameSamples; i++) {
      const timestamp = this.#head + i
      if (this.#ring.has(timestamp)) target[i] = this.#ring.at(timestamp)
      else if (i < this.#leadIn) target[i] = 0
      else {
        target[i] = this.#substitute(i)
        missing++
      }
    }
    this.#advance(this.frameSamples)
    if (missing > 0) this.#missingFrames++
    return missing
  }

  #wait(target: Int16Array): Playout {
    target.fill(0)
    this.#advance(this.frameSamples)
    return 'idle'
  }

  #advance(ticks: number): void {
    this.#ring.clear(this.#head, ticks)
    this.#head = addTicks(this.#head, ticks)
    this.#leadIn = Math.max(0, this.#leadIn - ticks)
  }

  // ITU-T G.711 Appendix I in its simplest form: the last frame once more, fading, then silence.
  #substitute(i: number): number {
    return this.#missingFrames === 0 ? this.#lastFrame[i]! * (1 - i / this.frameSamples) : 0
  }

  // Nothing in hand: the head stays, so that packets on their way still have their turn.
  #conceal(target: Int16Array): Playout {
    for (let i = 0; i < this.frameSamples; i++) target[i] = this.#substitute(i)
    this.#missingFrames++
    this.#observeAnew()
    if (this.#missingFrames >= IDLE_FRAMES) {
      this.#running = false
      return 'idle'
    }
    this.#concealed++
    return 'concealed'
  }

  #observeAnew(): void {
    this.#leastDepth = Number.POSITIVE_INFINITY
    this.#framesObserved = 0
  }

  #shrinkIfPossible(target: Int16Array): void {
    this.#leastDepth = Math.min(this.#leastDepth, this.#depth())
    if (++this.#framesObserved < SHRINK_FRAMES) return
    const canShrink = this.#leastDepth >= this.#minimum + this.frameSamples
    this.#observeAnew()
    if (!canShrink) return
    for (let i = 0; i < this.frameSamples; i++) {
      const timestamp = this.#head + i
      const next = this.#ring.has(timestamp) ? this.#ring.at(timestamp) : 0
      target[i] = target[i]! + (next - target[i]!) * (i / this.frameSamples)
    }
    this.#skipTo(addTicks(this.#head, this.frameSamples))
  }

  #skipTo(head: number): void {
    const ticks = tickDistance(this.#head, head)
    this.#advance(ticks)
    this.#skipped += ticks
  }

  stats(): JitterBufferStats {
    const toMs = 1000 / this.#options.clockRate
    return {
      packets: this.#packets,
      reordered: this.#reordered,
      duplicates: this.#duplicates,
      late: this.#late,
      concealedFrames: this.#concealed,
      skippedMs: this.#skipped * toMs,
      resets: this.#resets,
      depthMs: this.#running ? Math.max(0, this.#depth()) * toMs : 0,
    }
  }
}
