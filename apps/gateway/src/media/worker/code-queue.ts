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
// After so many frames without audio the next packet begins anew.
const IDLE_FRAMES = 25
// A depth that was never needed for this many frames is given up, one frame at a time: 2 s.
const SHRINK_FRAMES = 100
const RING = 8192

/**
 * Puts G.711 packets in order for a peer that must be paced, without decoding them: the bytes go out as they came
 * (a linear jitter buffer would turn 0x7F into 0xFF).
 */
export class CodeQueue implements PacketListener {
  readonly #format: Format
  readonly #codec: AudioCodec
  readonly #frame: Uint8Array
  readonly #ring = new Uint8Array(RING)
  readonly #filled = new Uint8Array(RING)
  readonly #minimum: number
  readonly #maximum: number
  #isRunning = false
  #head = 0
  #end = 0
  #idleFrames = 0
  #leastDepth = Number.POSITIVE_INFINITY
  #framesObserved = 0

  /** @param codec the frames' law; packets of the other one are converted */
  constructor(format: Format, codec: AudioCodec) {
    this.#format = format
    this.#codec = codec
    this.#frame = new Uint8Array(ticksPerFrame(format.clockRate))
    this.#minimum = (format.clockRate * MINIMUM_MS) / 1000
    this.#maximum = (format.clockRate * MAXIMUM_MS) / 1000
  }

  onPacket(packet: RtpPacket): void {
    const { timestamp, payloadLength } = packet
    if (packet.payloadType !== this.#format.payloadType || payloadLength > this.#maximum) return
    if (!this.#isRunning || this.#isElsewhere(timestamp)) this.#start(timestamp)
    const end = addTicks(timestamp, payloadLength)
    if (tickDistance(this.#head, end) <= 0) return
    // What a silent sender did not send need not be waited for.
    if (this.#depth <= 0) this.#skipTo(addTicks(timestamp, -this.#minimum))
    this.#store(payloadOf(packet), timestamp)
    if (tickDistance(this.#end, end) > 0) this.#end = end
    if (this.#depth > this.#maximum + payloadLength) this.#skipTo(addTicks(this.#end, -this.#minimum))
  }

  /** The next 20 ms, gaps filled with silence; undefined when nothing is in hand. The next call overwrites it. */
  take(): Uint8Array | undefined {
    if (!this.#isRunning) return undefined
    if (this.#depth <= 0) {
      this.#idleFrames++
      if (this.#idleFrames >= IDLE_FRAMES) this.#isRunning = false
      this.#observeAnew()
      return undefined
    }
    this.#idleFrames = 0
    const frame = this.#frame
    for (let i = 0; i < frame.length; i++) {
      const slot = (this.#head + i) & (RING - 1)
      frame[i] = this.#filled[slot] === 1 ? this.#ring[slot]! : SILENCE[this.#format.codec]
      this.#filled[slot] = 0
    }
    this.#head = addTicks(this.#head, frame.length)
    this.#shrinkIfPossible()
    return transcodeG711(this.#format.codec, this.#codec, frame, frame)
  }

  get #depth(): number {
    return tickDistance(this.#head, this.#end)
  }

  #isElsewhere(timestamp: number): boolean {
    const ahead = tickDistance(this.#head, timestamp)
    return ahead > RING - 2 * this.#maximum || ahead < -RING
  }

  #start(timestamp: number): void {
    this.#isRunning = true
    this.#filled.fill(0)
    this.#head = addTicks(timestamp, -this.#minimum)
    this.#end = timestamp
    this.#idleFrames = 0
    this.#observeAnew()
  }

  #store(payload: Uint8Array, timestamp: number): void {
    for (let i = Math.max(0, tickDistance(timestamp, this.#head)); i < payload.length; i++) {
      const slot = (timestamp + i) & (RING - 1)
      this.#ring[slot] = payload[i]!
      this.#filled[slot] = 1
    }
  }

  #shrinkIfPossible(): void {
    this.#leastDepth = Math.min(this.#leastDepth, this.#depth)
    this.#framesObserved++
    if (this.#framesObserved < SHRINK_FRAMES) return
    if (this.#leastDepth >= this.#minimum + this.#frame.length)
      this.#skipTo(addTicks(this.#head, this.#frame.length))
    this.#observeAnew()
  }

  #observeAnew(): void {
    this.#leastDepth = Number.POSITIVE_INFINITY
    this.#framesObserved = 0
  }

  #skipTo(head: number): void {
    const ticks = tickDistance(this.#head, head)
    for (let i = 0; i < Math.min(ticks, RING); i++) this.#filled[(this.#head + i) & (RING - 1)] = 0
    if (ticks > 0) this.#head = head
  }
}
