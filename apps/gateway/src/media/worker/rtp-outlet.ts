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
import type { Format, Inlet, PacketListener } from './inlet.ts'
import { audibleTouchTones, type Interlude, PAUSE_MS, PRESS_MS } from './interlude.ts'
import type { Outlet } from './outlet.ts'
import { LONGEST_PACKET, takePacketBuffer } from './packet-buffers.ts'
import { createTranscoder } from './speech.ts'

/** One RTP stream towards a peer: packets passed on and packets made here, under one SSRC. */
export class RtpOutlet implements Outlet {
  format: Format<RtpCodec>
  /** The peer asked for silence (sendonly, inactive), or its transport is not up: nothing is sent. */
  isMuted = false
  readonly output: RtpOutput
  readonly #transmit: (packet: Uint8Array) => void

  /** `transmit` gets a view into one of the worker's packet buffers. */
  constructor(options: { format: Format<RtpCodec>; ssrc?: number; transmit: (packet: Uint8Array) => void }) {
    this.format = options.format
    this.#transmit = options.transmit
    this.output = new RtpOutput({
      ssrc: options.ssrc ?? randomSsrc(),
      clockRate: options.format.clockRate,
      sequence: randomInt(0x10000),
      timestamp: randomInt(0x1_0000_0000),
    })
  }

  get codec(): RtpCodec {
    return this.format.codec
  }

  get clockRate(): number {
    return this.format.clockRate
  }

  lineFrom(inlet: Inlet): PacketListener {
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
      this.#transmit(bytes)
    }
    return { onPacket }
  }

  play(frame: Uint8Array, now: number): void {
    if (this.isMuted) return
    const packet = { payload: frame, payloadType: this.format.payloadType, ticks: frame.length }
    const buffer = takePacketBuffer()
    this.#transmit(buffer.subarray(0, this.output.send(packet, buffer, now)))
  }

  press(digits: string): Interlude {
    return this.format.telephoneEvent === undefined
      ? audibleTouchTones(digits, this)
      : this.#pressAsEvents(digits, this.format.telephoneEvent)
  }

  changeSource(): void {
    // The next packet comes from another writer: RtpOutput begins a new talk spurt by itself.
  }

  whenHeard(_name: string, heard: () => void): void {
    heard()
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
          this.#transmit(buffer.subarray(0, this.output.send({ ...step, payloadType }, buffer, now)))
        }
        return steps.length > 0
      },
    }
  }

  #payloadTypes(from: Format<RtpCodec>): ReadonlyMap<number, number> {
    const types = new Map<number, number>()
    if (createTranscoder(from.codec, this.format.codec) !== undefined)
      types.set(from.payloadType, this.format.payloadType)
    if (from.telephoneEvent !== undefined && this.format.telephoneEvent !== undefined) {
      types.set(from.telephoneEvent, this.format.telephoneEvent)
    }
    return types
  }
}

export function randomSsrc(): number {
  return randomInt(1, 0x1_0000_0000)
}
