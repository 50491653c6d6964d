import { randomInt } from 'node:crypto'
import {
  isTouchTone,
  RTP_HEADER_BYTES,
  RtpForwarder,
  RtpOutput,
  type RtpPacket,
  ticksPerFrame,
  touchTonePackets,
} from '@ringdown/media'
import type { RtpCodec } from '../worker.port.ts'
import type { Format, Formats, Inlet, PacketListener } from './inlet.ts'
import { audibleTouchTones, type Interlude, PAUSE_MS, PRESS_MS } from './interlude.ts'
import type { Outlet, Way } from './outlet.ts'
import { LONGEST_PACKET, takePacketBuffer } from './packet-buffers.ts'
import { PacketLengths } from './packet-lengths.ts'
import { createTranscoder, FrameEncoder, isPassable } from './speech.ts'

/** One RTP stream towards a peer: packets passed on and packets made here, under one SSRC. */
export class RtpOutlet implements Outlet {
  /** The peer asked for silence (sendonly, inactive), or its transport is not up: nothing is sent. */
  isMuted = false
  readonly output: RtpOutput
  readonly #encoder = new FrameEncoder()
  readonly #lengths: PacketLengths
  #formats: Formats
  #format: Format<RtpCodec>

  /** `transmit` gets a view into one of the worker's packet buffers. */
  constructor(options: { formats: Formats; ssrc?: number; transmit: (packet: Uint8Array) => void }) {
    this.#formats = options.formats
    this.#format = options.formats[0]
    this.output = new RtpOutput({
      ssrc: options.ssrc ?? randomSsrc(),
      clockRate: this.#format.clockRate,
      sequence: randomInt(0x10000),
      timestamp: randomInt(0x1_0000_0000),
    })
    this.#lengths = new PacketLengths({ output: this.output, transmit: options.transmit })
    this.#lengths.agree(this.#format)
  }

  /** What is sent now. What is made here goes out as the first of the peer's formats. */
  get format(): Format<RtpCodec> {
    return this.#format
  }

  get codec(): RtpCodec {
    return this.#format.codec
  }

  get clockRate(): number {
    return this.#format.clockRate
  }

  /** The peer takes these from now on. */
  agree(formats: Formats): void {
    this.#formats = formats
    this.#speak(formats[0])
    this.#lengths.agree(formats[0])
  }

  // The receiver tells codecs by their payload types (RFC 3264 §7): whatever the inlet speaks goes out as it is, if the peer takes it.
  wayFrom(inlet: Inlet): Way {
    this.#speak(this.#formats.find(({ codec }) => codec === inlet.format.codec) ?? this.#formats[0])
    const { codec } = this.#format
    return isPassable(inlet.format.codec, codec)
      ? { type: 'direct', line: this.#lineFrom(inlet) }
      : { type: 'mixed' }
  }

  #speak(format: Format<RtpCodec>): void {
    this.#format = format
    this.output.changeClock(format.clockRate)
  }

  #lineFrom(inlet: Inlet): PacketListener {
    const forwarder = new RtpForwarder({
      output: this.output,
      payloadTypes: this.#payloadTypes(inlet.format),
    })
    const { codec, payloadType } = inlet.format
    const transcode = codec === this.format.codec ? undefined : createTranscoder(codec, this.format.codec)
    const onPacket = (packet: RtpPacket, now: number): void => {
      if (this.isMuted || packet.payloadLength + RTP_HEADER_BYTES > LONGEST_PACKET) return
      const buffer = takePacketBuffer()
      const length = forwarder.forward(packet, buffer, now)
      if (length === 0) return
      const bytes = buffer.subarray(0, length)
      if (transcode !== undefined && packet.payloadType === payloadType)
        transcode(bytes.subarray(RTP_HEADER_BYTES))
      this.#lengths.send(bytes)
    }
    return { onPacket }
  }

  play(frame: Uint8Array, now: number): void {
    if (this.isMuted) return
    const { payloadType, clockRate } = this.#format
    const packet = { payload: frame, payloadType, ticks: ticksPerFrame(clockRate) }
    const buffer = takePacketBuffer()
    this.#lengths.send(buffer.subarray(0, this.output.send(packet, buffer, now)))
  }

  say(samples: Int16Array, now: number): void {
    const frame = this.#encoder.encode(this.codec, samples)
    if (frame !== undefined) this.play(frame, now)
  }

  press(digits: string): Interlude {
    return this.format.telephoneEvent === undefined
      ? audibleTouchTones(digits, this)
      : this.#pressAsEvents(digits, this.format.telephoneEvent)
  }

  changeSource(): void {
    // The next packet comes from another writer: RtpOutput begins a new talk spurt by itself.
    this.#speak(this.#formats[0])
  }

  whenHeard(_name: string, heard: () => void): void {
    heard()
  }

  close(): void {
    this.isMuted = true
    this.#encoder.close()
  }

  #pressAsEvents(digits: string, payloadType: number): Interlude {
    const clockRate = this.clockRate
    const pause = { ticks: ticksPerFrame(clockRate) }
    const steps = [...digits]
      .filter(isTouchTone)
      .flatMap(digit => [
        ...touchTonePackets({ digit, durationMs: PRESS_MS, clockRate }),
        ...Array<typeof pause>(Math.round(PAUSE_MS / 20)).fill(pause),
      ])
    return {
      tick: now => {
        const step = steps.shift()
        if (step !== undefined && 'payload' in step && !this.isMuted) {
          const buffer = takePacketBuffer()
          this.#lengths.send(buffer.subarray(0, this.output.send({ ...step, payloadType }, buffer, now)))
        }
        return steps.length > 0
      },
    }
  }

  #payloadTypes(from: Format<RtpCodec>): ReadonlyMap<number, number> {
    const types = new Map<number, number>()
    if (isPassable(from.codec, this.format.codec)) types.set(from.payloadType, this.format.payloadType)
    if (from.telephoneEvent !== undefined && this.format.telephoneEvent !== undefined) {
      types.set(from.telephoneEvent, this.format.telephoneEvent)
    }
    return types
  }
}

export function randomSsrc(): number {
  return randomInt(1, 0x1_0000_0000)
}
