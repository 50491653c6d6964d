import {
  addTicks,
  payloadOf,
  type RtpPacket,
  SILENCE,
  tickDistance,
  ticksPerFrame,
  transcodeG711,
} from '@ringdown/media'
import type { AudioCodec } from '../worker.port.ts'
import type { Format, PacketListener } from './inlet.ts'

const MINIMUM_MS = 40
const MAXIMUM_MS = 200
// So many frames in a row may be made up; what is missing longer is a pause of the sender.
const CONCEALED_FRAMES = 5
// After so many frames without audio the next packet begins anew.
const IDLE_FRAMES = 25
// Packets that come too late for so long, and none in time between them, are of a sender whose timeline moved.
const MOVED_MS = 60
// Packets that come too late at so many moments of one window need a deeper queue.
const LATE_MOMENTS = 3
// Depth is looked at anew after so many frames, 2 s: what was never needed is given up, one frame at a time.
const WINDOW_FRAMES = 100
const RING = 8192

/**
 * Puts G.711 packets in order for a peer that must be paced, without decoding them: the bytes go out as they came
 * (a linear jitter buffer would turn 0x7F into 0xFF). It keeps the sender's timeline: what is missing at its time is made
 * up, and dropped should it come later, so that one stall does not delay everything behind it.
 */
export class CodeQueue implements PacketListener {
  readonly #format: Format
  readonly #codec: AudioCodec
  readonly #frame: Uint8Array
  readonly #last: Uint8Array
  readonly #ring = new Uint8Array(RING)
  readonly #filled = new Uint8Array(RING)
  readonly #minimum: number
  readonly #maximum: number
  readonly #moved: number
  #isRunning = false
  #head = 0
  #end = 0
  /** How far ahead of its turn the first packet of a new beginning is put, in ticks. */
  #wanted: number
  /** The last frame can be repeated: it was whole, and not itself a repetition. */
  #isRepeatable = false
  #missingFrames = 0
  /** Where the head stood at the first of a run of late packets. */
  #lateFrom: number | undefined
  #lateAt: number | undefined
  #lateMoments = 0
  /** How much before its turn the latest packet of the window came, in ticks. */
  #leastMargin = Number.POSITIVE_INFINITY
  #framesObserved = 0

  /** @param codec the frames' law; packets of the other one are converted */
  constructor(format: Format, codec: AudioCodec) {
    this.#format = format
    this.#codec = codec
    this.#frame = new Uint8Array(ticksPerFrame(format.clockRate))
    this.#last = new Uint8Array(this.#frame.length)
    this.#minimum = (format.clockRate * MINIMUM_MS) / 1000
    this.#maximum = (format.clockRate * MAXIMUM_MS) / 1000
    this.#moved = (format.clockRate * MOVED_MS) / 1000
    this.#wanted = this.#minimum
  }

  onPacket(packet: RtpPacket): void {
    const { timestamp, payloadLength } = packet
    if (packet.payloadType !== this.#format.payloadType || payloadLength > this.#maximum) return
    if (!this.#isRunning || this.#isElsewhere(timestamp) || this.#hasMoved(timestamp)) this.#start(timestamp)
    const end = addTicks(timestamp, payloadLength)
    if (tickDistance(this.#head, end) <= 0) return
    // What a silent sender did not send need not be waited for.
    if (this.#depth <= 0) this.#skipTo(addTicks(timestamp, -this.#wanted))
    this.#store(payloadOf(packet), timestamp)
    if (tickDistance(this.#end, end) > 0) this.#end = end
    if (this.#depth > this.#maximum + payloadLength) this.#skipTo(addTicks(this.#end, -this.#wanted))
  }

  /** The next 20 ms, short gaps made up; undefined where there is nothing to say. The next call overwrites it. */
  take(): Uint8Array | undefined {
    if (!this.#isRunning) return undefined
    const isWhole = this.#read()
    this.#head = addTicks(this.#head, this.#frame.length)
    this.#missingFrames = isWhole || this.#depth > 0 ? 0 : this.#missingFrames + 1
    if (this.#missingFrames >= IDLE_FRAMES) this.#isRunning = false
    if (this.#missingFrames === 0) this.#observe()
    else this.#observeAnew()
    if (this.#missingFrames > CONCEALED_FRAMES) return undefined
    return transcodeG711(this.#format.codec, this.#codec, this.#frame, this.#frame)
  }

  /** Drops the next `frames` times 20 ms: their time has passed. */
  skip(frames: number): void {
    for (let frame = 0; frame < frames && this.#isRunning; frame++) this.take()
  }

  get #depth(): number {
    return tickDistance(this.#head, this.#end)
  }

  #isElsewhere(timestamp: number): boolean {
    const ahead = tickDistance(this.#head, timestamp)
    return ahead > RING - 2 * this.#maximum || ahead < -RING
  }

  /** Late packets at once are a stall that is over; late packets one after the other are a sender that stood still. */
  #hasMoved(timestamp: number): boolean {
    const margin = tickDistance(this.#head, timestamp)
    if (margin >= 0) {
      this.#lateFrom = undefined
      this.#leastMargin = Math.min(this.#leastMargin, margin)
      return false
    }
    this.#lateFrom ??= this.#head
    if (this.#lateAt !== this.#head) this.#lateMoments++
    this.#lateAt = this.#head
    return tickDistance(this.#lateFrom, this.#head) >= this.#moved
  }

  #start(timestamp: number): void {
    this.#isRunning = true
    this.#filled.fill(0)
    this.#head = addTicks(timestamp, -this.#wanted)
    this.#end = timestamp
    this.#missingFrames = 0
    this.#isRepeatable = false
    this.#lateFrom = undefined
    this.#observeAnew()
  }

  #store(payload: Uint8Array, timestamp: number): void {
    for (let i = Math.max(0, tickDistance(timestamp, this.#head)); i < payload.length; i++) {
      const slot = (timestamp + i) & (RING - 1)
      this.#ring[slot] = payload[i]!
      this.#filled[slot] = 1
    }
  }

  /** True where anything of the frame is there. A frame that is missing is the one before it again, once; then silence. */
  #read(): boolean {
    const frame = this.#frame
    const silence = SILENCE[this.#format.codec]
    let found = 0
    for (let i = 0; i < frame.length; i++) {
      const slot = (this.#head + i) & (RING - 1)
      found += this.#filled[slot]!
      frame[i] = this.#filled[slot] === 1 ? this.#ring[slot]! : silence
      this.#filled[slot] = 0
    }
    if (found === 0 && this.#isRepeatable) frame.set(this.#last)
    this.#isRepeatable = found === frame.length
    if (this.#isRepeatable) this.#last.set(frame)
    return found > 0
  }

  #observe(): void {
    this.#framesObserved++
    if (this.#lateMoments >= LATE_MOMENTS) this.#deepen()
    else if (this.#framesObserved >= WINDOW_FRAMES) this.#shrinkIfPossible()
  }

  #deepen(): void {
    this.#observeAnew()
    this.#lateMoments = 0
    if (this.#wanted + this.#frame.length > this.#maximum) return
    this.#wanted += this.#frame.length
    this.#head = addTicks(this.#head, -this.#frame.length)
  }

  #shrinkIfPossible(): void {
    if (this.#leastMargin >= this.#minimum + this.#frame.length) {
      this.#wanted = Math.max(this.#minimum, this.#wanted - this.#frame.length)
      this.#skipTo(addTicks(this.#head, this.#frame.length))
    }
    this.#lateMoments = 0
    this.#observeAnew()
  }

  #observeAnew(): void {
    this.#leastMargin = Number.POSITIVE_INFINITY
    this.#framesObserved = 0
  }

  #skipTo(head: number): void {
    const ticks = tickDistance(this.#head, head)
    for (let i = 0; i < Math.min(ticks, RING); i++) this.#filled[(this.#head + i) & (RING - 1)] = 0
    if (ticks > 0) this.#head = head
  }
}
