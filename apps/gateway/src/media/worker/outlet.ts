import type { RtpCodec } from '../worker.port.ts'
import type { Inlet, PacketListener } from './inlet.ts'
import type { Interlude } from './interlude.ts'

/** What goes to a peer. Whoever speaks, the peer sees one stream. */
export interface Outlet {
  readonly codec: RtpCodec
  /** Hz. */
  readonly clockRate: number
  /**
   * A line that passes an inlet's packets on one by one, without a timer; undefined where the peer must be paced.
   */
  lineFrom(inlet: Inlet): PacketListener | undefined
  /** Sends one 20 ms frame in the outlet's codec, now. */
  play(frame: Uint8Array, now: number): void
  /** Key presses as this peer takes them. */
  press(digits: string): Interlude
  /** Another source begins: what is still on its way of the old one need not be heard. */
  changeSource(): void
  /** Calls back when everything played up to now was heard, as far as the carrier tells. */
  whenHeard(name: string, heard: () => void): void
}
