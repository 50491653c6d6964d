import { randomInt } from 'node:crypto'
import type {
  Flow,
  Header,
  ReplaceableDialog,
  Replaces,
  SipRequest,
  TransactionId,
  TransactionLayer,
} from '@ringdown/sip'
import { contactUri, createResponse } from '@ringdown/sip'
import type { Arrival, LegId } from '../../leg.port.ts'
import { type CallerCheck, identityAtArrival } from '../identity/caller-check.rules.ts'
import { newToken } from '../new-token.ts'
import { answerToReplaces } from '../replaces.rules.ts'
import { retryLater } from '../retry-later.ts'
import type { DialledNumber, SipNeeds, Trunk } from '../sip.port.ts'
import { audioPolicyOf } from '../trunk-audio.ts'
import type { TrunkLoad } from '../trunk-load.ts'
import { answerAtOnce } from './arrival.rules.ts'
import { callerNumberOf, dialledNumbersOf } from './caller.rules.ts'
import type { IncomingLeg } from './incoming-leg.ts'
import { legIdOf, type SipLegData, writeLegData } from './leg-data.ts'
import type { LegIndex } from './leg-index.ts'

export type ArrivalsNeeds = Pick<
  SipNeeds,
  'calls' | 'trunkAt' | 'findNumber' | 'storeCaller' | 'isAway' | 'counter' | 'clock' | 'verifyCaller'
> & {
  layer: Pick<TransactionLayer, 'respond' | 'snapshot'>
  index: LegIndex
  load: Pick<TrunkLoad, 'arrive' | 'arrived'>
  /** Dialogs that a Replaces names, in both directions (RFC 3891 §3). */
  dialogsNamed(replaces: Replaces): readonly ReplaceableDialog[]
  /** For Contact. */
  ownAddress(flow: Flow): { host: string; port: number }
  /** Makes the INVITE a leg; undefined when it makes no dialog. */
  adopt(order: { leg: LegId; data: SipLegData; invite: SipRequest }): IncomingLeg | undefined
}

/** An INVITE on its way into the journal. */
type UnderWay = { trunk: Trunk; request: SipRequest; isLeg: boolean; isCancelled: boolean }

type Incoming = { id: TransactionId; request: SipRequest; flow: Flow }

/** From a trunk's INVITE to a call in the journal. */
export class Arrivals {
  readonly #needs: ArrivalsNeeds
  readonly #underWay = new Map<TransactionId, UnderWay>()

  constructor(needs: ArrivalsNeeds) {
    this.#needs = needs
  }

  has(id: TransactionId): boolean {
    return this.#underWay.has(id)
  }

  /** A request outside our dialogs, of a trunk. Never rejects. */
  async receive(incoming: Incoming, trunk: Trunk): Promise<void> {
    const { id, request } = incoming
    const atOnce = answerAtOnce(request) ?? answerToReplaces(request, this.#needs.dialogsNamed)
    if (atOnce) {
      if (atOnce.status >= 300) this.#needs.counter.count('refused')
      return this.#answer(incoming, atOnce.status, atOnce.headers)
    }
    const underWay: UnderWay = { trunk, request, isLeg: false, isCancelled: false }
    this.#underWay.set(id, underWay)
    this.#needs.load.arrive(underWay)
    try {
      await this.#begin(incoming, underWay)
    } catch (error) {
      this.#needs.counter.count('failed')
      if (this.#needs.isAway(error)) this.#answer(incoming, 503, [retryLater])
      else this.#answer(incoming, 500)
    } finally {
      this.#underWay.delete(id)
      this.#needs.load.arrived(underWay)
    }
  }

  /** RFC 3261 §9.2: the caller gave up before there was a leg. */
  cancelled(id: TransactionId): void {
    const underWay = this.#underWay.get(id)
    if (!underWay || underWay.isLeg) return
    underWay.isCancelled = true
    this.#answer({ id, request: underWay.request }, 487)
  }

  async #begin(incoming: Incoming, underWay: UnderWay): Promise<void> {
    const { request, flow } = incoming
    // It was let in by what was known of its address; whether that still holds is said here.
    const { device } = underWay.trunk
    const trunk = device ? underWay.trunk : await this.#needs.trunkAt(flow.address)
    if (underWay.isCancelled) return
    if (!trunk) {
      this.#needs.counter.count('stranger')
      return this.#answer(incoming, 403)
    }
    underWay.trunk = trunk
    const number = await this.#findNumber(request, trunk)
    if (underWay.isCancelled) return
    if (!number) {
      this.#needs.counter.count('unknown number')
      return this.#answer(incoming, 404)
    }
    const { organization } = number
    // A desk phone is known by its name, whatever it says of itself.
    const shown = device ? undefined : callerNumberOf(request, trunk.settings)
    const caller = await this.#needs.storeCaller({ organization, number: device?.username ?? shown })
    if (underWay.isCancelled) return
    const canVerify = this.#needs.verifyCaller !== undefined
    const terms = trunk.settings
    const { identity, check } = identityAtArrival({ invite: request, terms, number: shown, canVerify })
    const leg = this.#adopt(incoming, trunk, check)
    if (!leg) return
    underWay.isLeg = true
    await this.#arrive(incoming, leg, { number, caller, identity })
  }

  /** A trunk reaches its own organization's numbers only. */
  async #findNumber(request: SipRequest, trunk: Trunk): Promise<DialledNumber | undefined> {
    for (const dialled of dialledNumbersOf(request, trunk.settings)) {
      const number = await this.#needs.findNumber(dialled)
      if (number?.organization === trunk.organization) return number
    }
    return undefined
  }

  /** Makes the INVITE a leg, which a CANCEL finds from here on; one that can be none is answered. */
  #adopt(
    incoming: Incoming,
    trunk: Trunk,
    callerCheck: CallerCheck | undefined,
  ): { leg: IncomingLeg; data: SipLegData } | undefined {
    const { id, request, flow } = incoming
    const base = this.#dataOf(incoming, trunk)
    const data = base && callerCheck ? { ...base, callerCheck } : base
    // A leg of this INVITE is there: the network brought it once more, long after.
    if (!data || this.#needs.index.get(legIdOf(id, flow))) return void this.#answer(incoming, 482)
    const leg = this.#needs.adopt({ leg: legIdOf(id, flow), data, invite: request })
    return leg ? { leg, data } : void this.#answer(incoming, 400)
  }

  async #arrive(
    incoming: Incoming,
    { leg, data }: { leg: IncomingLeg; data: SipLegData },
    { number, caller, identity }: Pick<Arrival, 'caller' | 'identity'> & { number: DialledNumber },
  ): Promise<void> {
    const { calls, index } = this.#needs
    try {
      const arrived = await calls.arrive({
        organization: number.organization,
        number: number.number,
        queue: number.queue,
        caller,
        identity,
        leg: { leg: leg.leg, kind: 'sip', data: writeLegData(data) },
      })
      if (arrived.ok) return index.journaled(leg, arrived.call)
      index.remove(leg)
      this.#needs.counter.count('refused')
      this.#answer(incoming, 503, [retryLater])
    } catch (error) {
      index.remove(leg)
      throw error
    }
  }

  #dataOf({ id, flow }: Incoming, trunk: Trunk): SipLegData | undefined {
    const transaction = this.#needs.layer.snapshot(id)
    if (!transaction) return undefined
    const { host, port } = this.#needs.ownAddress(flow)
    return {
      version: 1,
      transaction,
      localTag: newToken(),
      sessionId: String(randomInt(1, 2 ** 47)),
      contact: `<${contactUri({ user: 'ringdown', host, port, transport: flow.transport })}>`,
      trunk: trunk.id,
      ...(trunk.device ? { overArrival: true as const } : {}),
      audio: audioPolicyOf(trunk.settings),
    }
  }

  #answer(
    { id, request }: Pick<Incoming, 'id' | 'request'>,
    status: number,
    headers: readonly Header[] = [],
  ): void {
    this.#needs.layer.respond(id, createResponse(request, status, { toTag: newToken(), headers }))
  }
}
