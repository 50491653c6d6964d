import type { ReplaceableDialog, Replaces, SipRequest, TransactionId } from '@ringdown/sip'
import { dialogKey, dialogKeyOfRequest } from '@ringdown/sip'
import type { LegId } from '../../leg.port.ts'
import type { TrunkLoad } from '../trunk-load.ts'
import type { IncomingLeg } from './incoming-leg.ts'

/** The legs that are there, by everything a message or an order can name them by. */
export class LegIndex {
  readonly #legs = new Map<LegId, IncomingLeg>()
  readonly #dialogs = new Map<string, IncomingLeg>()
  readonly #transactions = new Map<TransactionId, IncomingLeg>()
  readonly #calls = new Map<string, IncomingLeg>()
  /** Those that are over and whose far ends have still to hear of it; these may say so themselves meanwhile. */
  readonly #parting = new Map<LegId, IncomingLeg>()
  readonly #load: Pick<TrunkLoad, 'enter' | 'leave'>

  constructor(load: Pick<TrunkLoad, 'enter' | 'leave'>) {
    this.#load = load
  }

  get hasLeaving(): boolean {
    return [...this.#legs.values()].some(leg => leg.isLeaving)
  }

  /** The last word to those who never acknowledged their answer. */
  leaveAll(): void {
    for (const leg of [...this.#legs.values()]) leg.leaveUnacknowledged()
  }

  add(leg: IncomingLeg): void {
    this.#legs.set(leg.leg, leg)
    this.#load.enter(leg.trunk)
    this.#dialogs.set(leg.key, leg)
    this.#transactions.set(leg.transaction, leg)
  }

  /** The leg's call stands in the journal. */
  journaled(leg: IncomingLeg, call: string): void {
    this.#calls.set(call, leg)
    leg.journaled(call)
  }

  /** An INVITE inside the dialog is the leg's too: its answer may stay without ACK. */
  own(id: TransactionId, leg: IncomingLeg): void {
    this.#transactions.set(id, leg)
  }

  /** RFC 3261 §9.2: a CANCEL ends a leg only while its own INVITE is pending; a later one is just answered. */
  cancelled(id: TransactionId): void {
    const leg = this.#transactions.get(id)
    if (leg?.transaction === id) leg.cancelled()
  }

  /** The ACK of this INVITE came: if it was refused, its telephone knows. */
  acknowledged(id: TransactionId | undefined): void {
    const leg = this.ofTransaction(id)
    if (leg?.transaction === id) leg?.refusalOver()
  }

  terminated(id: TransactionId): void {
    this.acknowledged(id)
    this.#transactions.delete(id)
  }

  remove(leg: IncomingLeg): void {
    if (this.#legs.delete(leg.leg)) this.#load.leave(leg.trunk)
    if (leg.call !== undefined) this.#calls.delete(leg.call)
    this.#parting.set(leg.leg, leg)
    void leg.untilTold().then(() => {
      this.#parting.delete(leg.leg)
      this.#dialogs.delete(leg.key)
      this.#transactions.delete(leg.transaction)
    })
  }

  /** Resolves when the far end of a leg that was hung up knows it; at once for a leg that is not there. */
  async untilTold(leg: LegId): Promise<void> {
    await (this.#legs.get(leg) ?? this.#parting.get(leg))?.untilTold()
  }

  get(leg: LegId): IncomingLeg | undefined {
    return this.#legs.get(leg)
  }

  ofDialog(request: SipRequest): IncomingLeg | undefined {
    const key = dialogKeyOfRequest(request)
    return key === undefined ? undefined : this.#dialogs.get(key)
  }

  /** The dialog of this Replaces, if it is one of ours (RFC 3891 §3: a tag of 0 may stand for none). */
  named({ callId, toTag, fromTag }: Replaces): readonly ReplaceableDialog[] {
    const tags = fromTag === '0' ? ['0', ''] : [fromTag]
    return tags.flatMap(
      remoteTag => this.#dialogs.get(dialogKey({ callId, localTag: toTag, remoteTag }))?.replaceable ?? [],
    )
  }

  ofTransaction(id: TransactionId | undefined): IncomingLeg | undefined {
    return id === undefined ? undefined : this.#transactions.get(id)
  }

  ofCall(call: string | undefined): IncomingLeg | undefined {
    return call === undefined ? undefined : this.#calls.get(call)
  }
}
