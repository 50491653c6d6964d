import type { Clock } from '../sip.port.ts'

/**
 * How long a host may say nothing at all while another is left, ms. RFC 3263 §4.3 counts it as failed after Timer B (RFC 3261
 * §17.1.1.2: 32 s), which is half of the time that a person waits for an answer. A host that is there says something within
 * 200 ms (RFC 3261 §17.2.1); four copies of the INVITE are out by then. More than a connection has to come about
 * (`tcpConnectMs`): an INVITE that is too large for UDP goes there only after that.
 */
const firstWordMs = 6_000

/** Waits for whatever the far end says first to an INVITE. */
export class FirstWord {
  readonly #clock: Pick<Clock, 'after'>
  #isHeard = false
  #stop = () => {}

  constructor(clock: Pick<Clock, 'after'>) {
    this.#clock = clock
  }

  get isHeard(): boolean {
    return this.#isHeard
  }

  /** A new INVITE is out. `onSilence` runs once, unless something is heard before. */
  expect(onSilence: () => void): void {
    this.#stop()
    this.#isHeard = false
    this.#stop = this.#clock.after(firstWordMs, onSilence)
  }

  /** Something was said, or nothing is waited for any more. */
  heard(): void {
    this.#isHeard = true
    this.#stop()
  }
}
