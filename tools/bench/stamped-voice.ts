import { setTimeout as wait } from 'node:timers/promises'
import type { RtpStream } from '@ringdown/testkit'

const mark = 0x52_49_4e_47
const frameBytes = 160

/** A frame of 20 ms (PCMU) that says when it was sent and on which of the calls. */
function stampedFrame(voice: number): Uint8Array {
  const frame = Buffer.alloc(frameBytes, 0xff)
  frame.writeUInt32BE(mark, 0)
  frame.writeUInt32BE(voice, 4)
  frame.writeDoubleBE(performance.now(), 8)
  return frame
}

/** When a frame was sent, ms of `performance.now()`; undefined for anything that is not such a frame. */
function sentAt(payload: Uint8Array): number | undefined {
  const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength)
  return bytes.length === frameBytes && bytes.readUInt32BE(0) === mark ? bytes.readDoubleBE(8) : undefined
}

/** From now on, every frame of this stream says when it was sent. */
export function stamp(stream: RtpStream, voice: number): void {
  stream.voice.next = () => stampedFrame(voice)
}

/** Delays of the stamped frames that come. */
export class DelayLog {
  readonly #delays: number[] = []
  readonly #first = Promise.withResolvers<number>()
  #isOpen = false

  /** Resolves with the arrival of the first stamped frame, ms of `performance.now()`. */
  get first(): Promise<number> {
    return this.#first.promise
  }

  listen(stream: RtpStream): void {
    stream.onAudio = packet => {
      const sent = sentAt(packet.payload)
      if (sent === undefined) return
      this.#first.resolve(packet.at)
      if (this.#isOpen) this.#delays.push(packet.at - sent)
      // A minute of a hundred calls need not be kept.
      stream.received.length = 0
    }
  }

  /** Keeps the delays of so many seconds. */
  async collect(seconds: number): Promise<void> {
    this.#isOpen = true
    await wait(seconds * 1000)
    this.#isOpen = false
  }

  get delays(): readonly number[] {
    return this.#delays
  }
}
