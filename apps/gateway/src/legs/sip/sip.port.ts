import type { TrunkSettings } from '@ringdown/contract'
import type { CallerIdentity, CompleteNumber, SipRequest } from '@ringdown/sip'
import type { MediaPort } from '../../media/worker.port.ts'
import type { CallsPort, LegId } from '../leg.port.ts'
import type { Ban } from './defence/offences.port.ts'
import type { DeskNeeds } from './registrar/desk.ts'

/** A SIP peer that may send us calls, as its address told. */
export type Trunk = {
  id: string
  organization: string
  settings: TrunkTerms
  /** It is a desk phone, known by its password and not by its address. */
  device?: { username: string }
}

/** What of a trunk's settings matters to the calls that it brings. */
export type TrunkTerms = Pick<
  TrunkSettings,
  'numbers' | 'registration' | 'codecs' | 'encryption' | 'limits' | 'trustsIdentity' | 'template'
>

/** For registration and for calls that go out. `realm` null: for the first that asks. */
export type TrunkCredentials = { username: string; password: string; realm: string | null }

export type DialledNumber = { organization: string; number: string; queue: string }

/** Everything that SIP legs need of the rest of the gateway. */
export type SipNeeds = {
  calls: CallsPort
  media: Pick<MediaPort, 'command' | 'onEvent' | 'onWorker'>
  clock: Clock
  /** Whose address this is; undefined for strangers. Asked before anything is kept of a request. */
  trunkAt(address: string): Promise<Trunk | undefined>
  /** The same as far as it is known by now; asked for every message, so it asks nobody. */
  isTrunk(address: string): boolean
  /** A source is not heard for a while, because of what it did. */
  onBan(ban: Ban): void
  /** Our number, if it is in service. `number` in E.164. */
  findNumber(number: string): Promise<DialledNumber | undefined>
  /** Puts the caller's number away; from here on only the reference travels. `undefined`: withheld. */
  storeCaller(order: { organization: string; number: string | undefined }): Promise<string>
  isAway(error: unknown): boolean
  /** Our address towards this peer, for Via, Contact and SDP. */
  addressFor(peer: string): string
  counter: SipCounter
  /** The trunk's, asked when one of our calls is challenged; undefined: it has none. Absent: no trunk has any. */
  trunkCredentials?(trunk: string): Promise<TrunkCredentials | undefined>
  /**
   * Stores what a leg is continued from, sealed, in place of what was there. Resolves when it is durable, also for a leg
   * that is not there any more. Absent: a restart loses what a call came to after it was journaled.
   */
  keepLeg?(order: { leg: LegId; data: string }): Promise<void>
  /** Absent where no authority is believed. */
  verifyCaller?: VerifyCaller
  /** Absent where no desk phone registers. */
  desk?: DeskNeeds
}

/**
 * Verifies the Identity header of an INVITE that came in at a time (ms since the epoch; RFC 8224). Takes a few seconds at most, never
 * rejects.
 */
export type VerifyCaller = (
  invite: SipRequest,
  order: { at: number; completeNumber: CompleteNumber },
) => Promise<CallerIdentity>

/** Time, handed in so that tests own it. */
export interface Clock {
  /** ms since the epoch. */
  now(): number
  /** Runs once after `ms`; the returned function cancels it. */
  after(ms: number, run: () => void): () => void
}

/** A message over its source's limit; one of a banned source; a ban that begins. */
type DefenceTrouble = 'limited' | 'banned' | 'source banned'

export interface SipCounter {
  /** Kinds of trouble, counted without content. */
  count(
    what:
      | 'malformed'
      | 'stranger'
      | 'unknown number'
      | 'refused'
      | 'overload'
      | 'report failed'
      | 'failed'
      /** Of a desk phone: not a wrong password, but what was never offered, such as auth-int. */
      | 'bad credentials'
      | DefenceTrouble,
  ): void
}
