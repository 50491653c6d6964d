import type { Flow, Header, SipMessage, SipRequest, TransactionId } from '@ringdown/sip'
import { serverTransactionKey, tagOf, toOf } from '@ringdown/sip'
import { isProven } from './defence/defence.rules.ts'
import type { Defence } from './defence/defence.ts'
import { limits } from './limits.rules.ts'
import type { DeskDoor } from './registrar/desk-door.ts'
import { retryLater } from './retry-later.ts'
import type { SipNeeds, Trunk } from './sip.port.ts'
import type { StatelessAnswer } from './stateless-answers.ts'

export type AdmissionNeeds = Pick<SipNeeds, 'trunkAt' | 'counter'> & {
  defence: Pick<Defence, 'begins' | 'inDialog' | 'isBanned' | 'report'>
  /** Has the tags of a dialog of ours, which nobody can guess. */
  isInDialog(request: SipRequest): boolean
  /** Belongs to a dialog or an INVITE that is there: it was let in before. */
  isKnown(request: SipRequest): boolean
  /** Whether another call of this trunk would be too much now. */
  isFull(trunk: Trunk): boolean
  admit(message: SipMessage, flow: Flow): void
  answer: StatelessAnswer
  /** Desk phones: their requests are let in by password. */
  desk: Pick<DeskDoor, 'receive' | 'receiveStranger'> | undefined
}

type Refusal = { what: 'stranger' | 'overload' | 'failed'; status: number; headers?: Header[] }

const tooMuch: Refusal = { what: 'overload', status: 503, headers: [retryLater] }

/**
 * The door before the transaction layer: nothing is kept of what a stranger sends, nor of what is too much. Requests of one
 * address keep their order, so that no CANCEL overtakes its INVITE while the trunks are being read.
 *
 * Who was let in before is let in at once, so that a slow database delays no 100 (RFC 3261 §8.2.6.1); whether they are still
 * to be let in is asked by `Arrivals` before anything comes of it. Nobody is refused by what was known.
 */
export class Admission {
  readonly #needs: AdmissionNeeds
  /** By address: the last request of it that waits. */
  readonly #lines = new Map<string, Promise<void>>()
  readonly #known = new Map<string, Trunk>()
  readonly #refreshing = new Set<string>()
  #waiting = 0
  #admitted: { id: TransactionId | undefined; trunk: Trunk } | undefined

  constructor(needs: AdmissionNeeds) {
    this.#needs = needs
  }

  receive(message: SipMessage, flow: Flow): void {
    if (message.kind === 'request' && this.#needs.isInDialog(message))
      this.#needs.defence.inDialog(flow.address)
    const isFree = message.kind === 'response' || message.method === 'ACK' || this.#needs.isKnown(message)
    if (isFree) this.#needs.admit(message, flow)
    else this.#begin(message, flow)
  }

  /** Who is too much is not answered, unless it is a trunk: then it may try again elsewhere or later. */
  #begin(message: SipRequest, flow: Flow): void {
    const verdict = this.#needs.defence.begins(flow)
    if (verdict === 'busy') this.#refuse(message, flow, tooMuch)
    if (verdict !== 'pass' || this.#needs.desk?.receive(message, flow)) return
    if (this.#admitKnown(message, flow)) void this.#refresh(flow.address)
    else if (this.#waiting >= limits.unplaced) this.#needs.counter.count('overload')
    else this.#queue(message, flow)
  }

  /** A desk phone whose password was right, as a trunk of its own. */
  admitCaller(request: SipRequest, flow: Flow, caller: Trunk): void {
    if (this.#isTooMuch(request, caller)) this.#refuse(request, flow, tooMuch)
    else this.#admit(request, flow, caller)
  }

  #admitKnown(request: SipRequest, flow: Flow): boolean {
    const trunk = this.#lines.has(flow.address) ? undefined : this.#known.get(flow.address)
    if (!trunk || this.#isTooMuch(request, trunk)) return false
    this.#admit(request, flow, trunk)
    return true
  }

  /** Never rejects. */
  async #refresh(address: string): Promise<void> {
    if (this.#refreshing.has(address)) return
    this.#refreshing.add(address)
    try {
      this.#remember(address, await this.#needs.trunkAt(address))
    } catch {
      // What was known holds until the trunks can be read.
    } finally {
      this.#refreshing.delete(address)
    }
  }

  #queue(request: SipRequest, flow: Flow): void {
    const { address } = flow
    this.#waiting += 1
    const placed = (this.#lines.get(address) ?? Promise.resolve())
      .then(() => this.#place(request, flow))
      .then(() => {
        this.#waiting -= 1
        if (this.#lines.get(address) === placed) this.#lines.delete(address)
      })
    this.#lines.set(address, placed)
  }

  /** Whose request this is; known while it is being handed to the layer. */
  trunkOf(id: TransactionId): Trunk | undefined {
    return this.#admitted?.id === id ? this.#admitted.trunk : undefined
  }

  /** Never rejects. */
  async #place(request: SipRequest, flow: Flow): Promise<void> {
    try {
      const trunk = await this.#needs.trunkAt(flow.address)
      this.#remember(flow.address, trunk)
      if (!trunk) this.#turnAway(request, flow)
      else if (this.#isTooMuch(request, trunk)) this.#refuse(request, flow, tooMuch)
      else this.#admit(request, flow, trunk)
    } catch {
      this.#refuse(request, flow, { what: 'failed', status: 503, headers: [retryLater] })
    }
  }

  #remember(address: string, trunk: Trunk | undefined): void {
    this.#known.delete(address)
    if (!trunk) return
    this.#known.set(address, trunk)
    const [oldest] = this.#known.keys()
    if (this.#known.size > limits.knownAddresses && oldest !== undefined) this.#known.delete(oldest)
  }

  #isTooMuch(request: SipRequest, trunk: Trunk): boolean {
    return isNewCall(request) && this.#needs.isFull(trunk)
  }

  #admit(request: SipRequest, flow: Flow, trunk: Trunk): void {
    this.#admitted = { id: serverTransactionKey(request), trunk }
    try {
      this.#needs.admit(request, flow)
    } finally {
      this.#admitted = undefined
    }
  }

  /** The same words to all strangers, before anything was looked up that they asked for. */
  #turnAway(request: SipRequest, flow: Flow): void {
    if (this.#needs.desk?.receiveStranger(request, flow)) return
    if (this.#needs.defence.isBanned(flow)) return
    this.#refuse(request, flow, { what: 'stranger', status: 403 })
    this.#needs.defence.report(flow.address, 'stranger', isProven(flow))
  }

  #refuse(request: SipRequest, flow: Flow, refusal: Refusal): void {
    this.#needs.counter.count(refusal.what)
    this.#needs.answer(request, flow, refusal)
  }
}

const isNewCall = (request: SipRequest): boolean =>
  request.method === 'INVITE' && tagOf(toOf(request)) === undefined
