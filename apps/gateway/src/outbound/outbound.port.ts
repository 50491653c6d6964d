import type { LegRecord } from '../legs/leg.port.ts'

/** A trunk that calls out. */
export type CallingTrunk = {
  id: string
  /** The number that its calls show, E.164; null: the organization's own. */
  callerId: string | null
  /** Of the country whose national numbers may be dialled without it. */
  callingCode: string | null
}

/** What carries calls of ours, whatever its signalling is. */
export interface OutgoingTrunks {
  /** Those of an organization that are switched on and know where to call, in order. */
  of(organization: string): Promise<CallingTrunk[]>
  /**
   * Makes a leg that counts as a call of the trunk from now on; nothing is sent. Numbers in E.164. Journal the leg, or `discard` it.
   * `unknown`: the trunk was changed meanwhile.
   */
  prepare(order: {
    trunk: string
    organization: string
    to: string
    from: string
  }): Promise<
    { ok: true; leg: Omit<LegRecord, 'call'> } | { ok: false; code: 'trunk.full' | 'trunk.unknown' }
  >
  discard(leg: string): void
}
