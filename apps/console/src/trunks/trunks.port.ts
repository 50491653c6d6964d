import type { TrunkChange, TrunkView } from '@ringdown/contract'
import type { LiveErrorCode } from '../live/index.ts'

/** `message`: the gateway's own sentence. `live.away`: it did not answer. */
export type TrunkFailure = { code: LiveErrorCode; message: string }

export type TrunksOutcome<T> = { ok: true; value: T } | { ok: false; failure: TrunkFailure }

/** The gateway's side of trunks. Nothing here rejects. */
export interface TrunksPort {
  list(): Promise<TrunksOutcome<TrunkView[]>>
  add(change: TrunkChange): Promise<TrunksOutcome<TrunkView>>
  /** `change.version`: the version that was read. */
  change(id: string, change: TrunkChange): Promise<TrunksOutcome<TrunkView>>
  remove(id: string): Promise<TrunksOutcome<null>>
}
