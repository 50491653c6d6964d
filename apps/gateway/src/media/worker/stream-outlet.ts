import { randomUUID } from 'node:crypto'
import type { Inlet } from './inlet.ts'
import { audibleTouchTones, type Interlude } from './interlude.ts'
import type { Outlet, Way } from './outlet.ts'
import { FrameEncoder, isPassable } from './speech.ts'
import { clearMessage, markMessage, mediaMessage } from './twilio.rules.ts'

/** ms after which a mark counts as heard although the carrier did not say so. */
const MARK_TIMEOUT_MS = 3000

/** µ-law in messages towards a carrier, paced by the worker's clock. */
export class StreamOutlet implements Outlet {
  readonly codec = 'PCMU'
  readonly clockRate = 8000
  readonly #streamSid: string
  readonly #send: (text: string) => boolean
  readonly #marks = new Map<string, { heard: () => void; timer: NodeJS.Timeout }>()
  readonly #encoder = new FrameEncoder()
  #sent = 0

  constructor(options: { streamSid: string; send: (text: string) => boolean }) {
    this.#streamSid = options.streamSid
    this.#send = options.send
  }

  /** Messages of audio sent. */
  get sent(): number {
    return this.#sent
  }

  // A carrier plays what it gets as fast as it gets it, one after the other: it is paced.
  wayFrom({ format }: Inlet): Way {
    return { type: isPassable(format.codec, this.codec) ? 'paced' : 'mixed' }
  }

  play(frame: Uint8Array): void {
    const payload = Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength).toString('base64')
    if (this.#send(mediaMessage(this.#streamSid, payload))) this.#sent++
  }

  say(samples: Int16Array): void {
    const frame = this.#encoder.encode(this.codec, samples)
    if (frame !== undefined) this.play(frame)
  }

  press(digits: string): Interlude {
    return audibleTouchTones(digits, this)
  }

  changeSource(): void {
    if (this.#sent > 0) this.#send(clearMessage(this.#streamSid))
  }

  whenHeard(_name: string, heard: () => void): void {
    const mark = randomUUID()
    const timer = setTimeout(() => this.marked(mark), MARK_TIMEOUT_MS)
    this.#marks.set(mark, { heard, timer })
    this.#send(markMessage(this.#streamSid, mark))
  }

  /** The carrier played everything up to this mark. Unknown marks are ignored. */
  marked(mark: string): void {
    const waiting = this.#marks.get(mark)
    if (waiting === undefined) return
    this.#marks.delete(mark)
    clearTimeout(waiting.timer)
    waiting.heard()
  }

  close(): void {
    for (const { timer } of this.#marks.values()) clearTimeout(timer)
    this.#marks.clear()
    this.#encoder.close()
  }
}
