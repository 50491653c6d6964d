import type { MediaPort } from '../../media/worker.port.ts'
import type { CallsPort, LegId } from '../leg.port.ts'
import type { CarrierCall, Clock, StreamCarrier } from './carrier.port.ts'

/** What a carrier is to be told about a call. */
export type StreamInstructions =
  /** Open a stream at this worker with this single-use token. */
  | { type: 'stream'; worker: number; token: string }
  /** Nothing can take the stream right now: ask again in a moment. */
  | { type: 'later' }
  /** The stream did not come back in three tries: apologize and hang up. */
  | { type: 'apologize' }
  /** The call is over. */
  | { type: 'over' }

/** The door of `legs/stream` for carriers' webhooks. */
export interface StreamLegs {
  /** Makes a leg known before its call is journaled; returns its data for the journal. */
  announce(leg: { leg: LegId; carrierCall: CarrierCall }): string
  /** The call stands in the journal under this id. */
  journaled(leg: { leg: LegId; call: string }): void
  /** The call was refused: the leg never was. */
  discard(leg: LegId): void
  /** `over` is remembered for a while, so that a late retry of the carrier makes no new call. */
  standing(leg: LegId): 'live' | 'over' | 'unknown'
  /** What to tell the carrier when a call came in (again). Waits a moment for the call to ask for audio. */
  firstInstructions(leg: LegId): Promise<StreamInstructions>
  /** What to tell the carrier when it says that the stream is over. */
  resumeInstructions(leg: LegId): Promise<StreamInstructions>
  /** The carrier reports the end of the call. Resolves when that is journaled. */
  carrierEnded(leg: LegId, cause: 'far end hung up' | 'carrier ended'): Promise<void>
}

export interface StreamCounter {
  count(what: 'stream accepted' | 'stream refused' | 'report failed'): void
}

/** Everything that stream legs need of the rest of the gateway. */
export type StreamDriverNeeds = {
  calls: CallsPort
  media: MediaPort
  carrier: StreamCarrier
  clock: Clock
  counter: StreamCounter
}
