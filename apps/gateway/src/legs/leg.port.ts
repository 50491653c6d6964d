import type { CallerIdentity, Ending } from '@ringdown/contract'
import type { EndpointId, TransportAddress } from '../media/worker.port.ts'

/**
 * A leg is one party's connection to the telephone network, behind one port whatever its signalling is.
 * Every driver passes the same `leg.suite`. All orders are idempotent: after a restart a new control repeats
 * what its predecessor may or may not have done.
 */
export type LegKind = 'sip' | 'stream'

export type LegId = string

/**
 * What a driver needs to continue this leg after a restart: plain data, sealed before it is stored
 * (it holds the caller's number). Only its driver reads it.
 */
export type LegRecord = {
  leg: LegId
  call: string
  kind: LegKind
  /** JSON of the driver, opaque to everyone else. Chosen once, at arrival: everything later follows from it. */
  data: string
}

/** Where a leg's audio is. */
export type LegMedia = { worker: number; endpoint: EndpointId; local: TransportAddress | null }

export interface LegDriver {
  readonly kind: LegKind
  /**
   * Takes up a leg stored by a control that is gone. Called before anything else is asked of the leg.
   * `answered`: the journal knows that the far end knows it is answered; otherwise it may or may not.
   * False: it cannot be read, and so be neither continued nor ended.
   */
  restore(leg: LegRecord, known?: { answered: boolean }): boolean
  /**
   * Brings the audio path up at `worker`, on the former local port where one is named.
   * `carrier opens`: nothing to do, `media up` is reported when the carrier's stream arrives.
   */
  openMedia(order: {
    leg: LegId
    call: string
    endpoint: EndpointId
    worker: number
    port?: number
  }): Promise<
    { type: 'open'; media: LegMedia } | { type: 'carrier opens' } | { type: 'failed'; ending: Ending }
  >
  /** Tells the far end that it is answered. `answered` is reported when the far end knows. */
  answer(order: { leg: LegId; media: LegMedia }): Promise<void>
  /**
   * Calls the far end of an outgoing leg, whose audio is at `media`. Said again (after a restart), it changes nothing or takes the
   * call up. Drivers without it carry no outgoing legs.
   */
  dial?(order: { leg: LegId; media: LegMedia }): Promise<void>
  /**
   * Finds out what is proved about the caller's number; asked for arrivals whose identity is `checking`, and again after a restart. Takes
   * a few seconds at most, keeps back nothing else, never rejects. Drivers without it let no call arrive so.
   */
  identify?(order: { leg: LegId; arrivedAt: number }): Promise<CallerIdentity>
  /**
   * Ends the leg towards the far end, whatever state it is in. `isAnsweredElsewhere`: one that still rings is told that it missed
   * nothing.
   */
  hangUp(order: { leg: LegId; ending: Ending; isAnsweredElsewhere?: boolean }): Promise<void>
  /**
   * Resolves when the far end of a leg that was hung up knows it, or can never be told; it may have to wait for what the far
   * end says first. Until then the leg's record must be kept: a new control has to say it.
   */
  untilTold(leg: LegId): Promise<void>
}

/** What a driver reports. The call's runner turns these into inputs of the call. */
export type LegEvent =
  | { type: 'answered'; leg: LegId; call: string }
  /** The far end of an outgoing leg rings; `earlyMedia`: what it says is to be heard already. */
  | { type: 'progress'; leg: LegId; call: string; earlyMedia: boolean }
  | { type: 'media up'; leg: LegId; call: string; media: LegMedia }
  /** The carrier's stream broke; the leg itself is still up and the carrier may open another one. */
  | { type: 'media lost'; leg: LegId; call: string }
  | { type: 'ended'; leg: LegId; call: string; cause: LegEndCause }

/** The driver's words for an end; `calls` maps it to an ending, knowing whether they had talked. */
export type LegEndCause =
  | 'far end hung up'
  | 'carrier ended'
  | 'no ack'
  | 'unreachable'
  | 'stream never came'
  // Of outgoing legs only, before they were answered:
  | 'busy'
  | 'no answer'
  | 'no such number'
  | 'declined'
  | 'carrier failed'
  | 'credentials refused'
  | 'canceled'

/** A call that comes in. Whoever reports it waits until the call stands in the journal. */
export type Arrival = {
  organization: string
  /** The number that was dialled (ours, never the caller's). */
  number: string
  queue: string
  /** Opaque reference into the vault. */
  caller: string
  /** null: nobody said anything about the caller's number. `checking`: the driver can find out. */
  identity: CallerIdentity | 'checking' | null
  leg: Omit<LegRecord, 'call'>
}

/** The door of `calls` for legs and carriers: they never import `calls`, it is handed to them. */
export interface CallsPort {
  /**
   * Journals the call and starts it. Resolves when it is committed.
   * `refused`: no new calls now (stopping, or the database is away); answer the far end with 503.
   */
  arrive(
    arrival: Arrival,
  ): Promise<{ ok: true; call: string } | { ok: false; code: 'gateway.stopping' | 'gateway.database-away' }>
  /** Resolves when the input is journaled. Unknown or ended calls answer `gone`. */
  report(event: LegEvent): Promise<'taken' | 'gone'>
}
