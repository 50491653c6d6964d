import type { Me } from '@ringdown/contract'
import type { Calls, OperatorLine } from '../calls/index.ts'
import { type DialRefusal, dialError } from './dial.errors.ts'
import { dialledNumber } from './number.rules.ts'
import type { CallingTrunk, OutgoingTrunks } from './outbound.port.ts'
import type { OutboundRepository } from './outbound.repository.ts'

export type DialNeeds = {
  calls: Pick<Calls, 'dial'>
  trunks: OutgoingTrunks
  repository: OutboundRepository
  /** Puts the number away; from here on only the reference travels. */
  storeCallee(order: { organization: string; number: string }): Promise<string>
  /** Nobody can say whose a call would be. */
  isDatabaseAway(): boolean
  isAway(error: unknown): boolean
}

export type DialOrder = {
  person: { operator: string; organization: string; role: Me['role'] }
  line: OperatorLine | undefined
  /** As the person wrote it. */
  number: string
  /** Its id; the first that calls out where it is left out. */
  trunk?: string
}

export type DialResult = { ok: true; call: string } | DialRefusal

const mayDial: ReadonlySet<Me['role']> = new Set(['owner', 'administrator'])

/** Calls a number for somebody, on whose line it is heard. What was dialled is kept by the vault and the sealed leg, and said to nobody. */
export function createDial(needs: DialNeeds) {
  const { trunks, repository } = needs

  async function dial(order: DialOrder & { line: OperatorLine }): Promise<DialResult> {
    const { operator, organization } = order.person
    const all = await trunks.of(organization)
    const trunk = chosen(all, order.trunk)
    if (!trunk) return dialError(all.length > 0 ? 'trunk.unknown' : 'trunk.none-calls-out')
    const number = dialledNumber(order.number, trunk.callingCode)
    if (number === undefined) return dialError('number.malformed')
    const shown = await repository.shown(organization, trunk.callerId)
    if (!shown) return dialError('number.none-to-show')
    const caller = await needs.storeCallee({ organization, number })
    const prepared = await trunks.prepare({ trunk: trunk.id, organization, to: number, from: shown.number })
    if (!prepared.ok) return dialError(prepared.code)
    return begin({ organization, operator, line: order.line, caller, leg: prepared.leg, ...shown })
  }

  async function begin(outgoing: Parameters<Calls['dial']>[0]): Promise<DialResult> {
    const { leg } = outgoing.leg
    try {
      const dialled = await needs.calls.dial(outgoing)
      if (dialled.ok) return dialled
      trunks.discard(leg)
      return dialError(dialled.code)
    } catch (error) {
      trunks.discard(leg)
      throw error
    }
  }

  return async function dialFor(order: DialOrder): Promise<DialResult> {
    const { person, line } = order
    if (!mayDial.has(person.role)) return dialError('session.forbidden')
    if (!line) return dialError('operator.no-line')
    if (needs.isDatabaseAway()) return dialError('gateway.database-away')
    try {
      return await dial({ ...order, line })
    } catch (error) {
      if (needs.isAway(error)) return dialError('gateway.database-away')
      throw error
    }
  }
}

function chosen(trunks: readonly CallingTrunk[], id: string | undefined): CallingTrunk | undefined {
  return id === undefined ? trunks[0] : trunks.find(trunk => trunk.id === id)
}
