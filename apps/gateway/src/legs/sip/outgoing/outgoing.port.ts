import type { Flow, Header } from '@ringdown/sip'
import type { LegEvent, LegId, LegRecord } from '../../leg.port.ts'
import type { AudioPolicy } from '../audio.ts'
import type { Trunk } from '../sip.port.ts'

/** One address to try. All values as on the wire. */
export type OutgoingTarget = {
  /** The Request-URI. */
  uri: string
  /** Route values in order (an outbound proxy, RFC 3261 §8.1.2; the Path of a registered contact, RFC 3327); empty: none. */
  routes: readonly string[]
  /** The host that our credentials may be shown to when it asks for some here; null: none. */
  credentialsFor: string | null
}

/**
 * Everything that a call of ours is made from, chosen once: the same plan gives the same INVITE, so that a control that comes
 * after says it again in the same transaction. Plain JSON; holds telephone numbers and keys: stored sealed only.
 */
export type OutgoingPlan = {
  version: 1
  /** In order: the next is tried when nobody answers for one (RFC 3263 §4.3). At least one. */
  targets: readonly OutgoingTarget[]
  /** name-addr without tag. */
  from: string
  /** name-addr or URI without tag. */
  to: string
  /** User part of our Contact. */
  contactUser: string
  /** Who calls (P-Asserted-Identity, Remote-Party-ID, Privacy) and the like. */
  headers: readonly Header[]
  /** What may be agreed on, with our keys; see `audioPolicyOf`. */
  audio: AudioPolicy
  /** `o=` of our descriptions: decimal digits. */
  sessionId: string
  callId: string
  localTag: string
  /** Letters and digits, unguessable: the branches of its INVITEs are made from it. */
  branch: string
  /** Id of the trunk that carries it; null: none does (a desk phone). */
  trunk: string | null
  /** Everything goes over this connection (RFC 5626 §5.3): where a phone registered. null: where the targets are found. */
  flow: Flow | null
  /** From the first INVITE to the answer, ms; then it is cancelled, and ends with `no answer`. */
  ringLimitMs: number
  /** Other addresses that a 3xx may name (RFC 3261 §8.1.3.4). 0: none. */
  redirects: number
}

/** Who is told of a leg, and who keeps it. */
export interface OutgoingListener {
  /** Resolves when it is durable. `gone`: nobody waits for the leg any more; it is hung up. */
  report(event: LegEvent): Promise<'taken' | 'gone'>
  /** The far end holds, or is back (RFC 3264 §8.4): said after each offer of its that was taken. */
  holds?(isHeld: boolean): void
  /** The leg's data of now, in place of those of before: to be sealed. Resolves when they are durable. */
  keep(data: string): Promise<void>
}

export type Prepared =
  | { ok: true; leg: Omit<LegRecord, 'call'> }
  /** The trunk has as many calls, or as many in this second, as it may. */
  | { ok: false; code: 'trunk.full' }

/**
 * Calls of ours. Once prepared (or restored) a leg takes the orders of `LegDriver` like any other: `openMedia`, `dial`,
 * `hangUp`, `untilTold`; `answer` means nothing to it. Its reports: `progress` (again when early media comes later),
 * `answered`, `ended`. A leg that we hang up reports nothing more.
 */
export interface OutgoingLegs {
  /**
   * Makes a leg of a plan, which counts towards the limits of its trunk from now on. Nothing is sent before `dial`. Journal
   * the record, or `discard` the leg. Without a listener the call's runner is told (`SipNeeds.calls`), and `SipNeeds.keepLeg`
   * keeps it.
   */
  prepare(order: { plan: OutgoingPlan; trunk: Trunk | null; listener?: OutgoingListener }): Prepared
  /** Forgets a leg that was prepared and never dialled. */
  discard(leg: LegId): void
  /** `LegDriver.restore` for a leg with a listener of its own. False: it cannot be read. */
  restore(record: LegRecord, listener: OutgoingListener): boolean
}
