import type { RtpCodec } from '../worker.port.ts'
import type { Inlet, PacketListener } from './inlet.ts'
import type { Interlude } from './interlude.ts'

/**
 * `direct`: a line that passes the inlet's packets on one by one, without a timer. `paced`: frame by frame, by our clock.
 * `mixed`: as samples, because nothing shorter leads from one codec to the other.
 */
export type Way = { type: 'direct'; line: PacketListener } | { type: 'paced' } | { type: 'mixed' }

/** What goes to a peer. Whoever speaks, the peer sees one stream. */
export interface Outlet {
  readonly codec: RtpCodec
  /** Hz. */
  readonly clockRate: number
  /** How this peer can hear an inlet on its own, as both speak now. */
  wayFrom(inlet: Inlet): Way
  /** Sends one 20 ms frame in the outlet's codec, now. */
  play(frame: Uint8Array, now: number): void
  /** Encodes and sends 20 ms of linear audio at the worker's sample rate, now. */
  say(samples: Int16Array, now: number): void
  /** Key presses as this peer takes them. */
  press(digits: string): Interlude
  /** Another source begins: what is still on its way of the old one need not be heard. */
  changeSource(): void
  /** Calls back when everything played up to now was heard, as far as the carrier tells. */
  whenHeard(name: string, heard: () => void): void
  /** Releases what its encoder holds. Nothing is sent afterwards. */
  close(): void
}
