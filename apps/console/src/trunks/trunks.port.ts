import type { TrunkChange, TrunkView } from '@ringdown/contract'
import type { Failure, Outcome } from '../gateway/index.ts'

export type TrunkFailure = Failure

export type TrunksOutcome<T> = Outcome<T>

/** The gateway's side of trunks. Nothing here rejects. */
export interface TrunksPort {
  list(): Promise<TrunksOutcome<TrunkView[]>>
  add(change: TrunkChange): Promise<TrunksOutcome<TrunkView>>
  /** `change.version`: the version that was read. */
  change(id: string, change: TrunkChange): Promise<TrunksOutcome<TrunkView>>
  remove(id: string): Promise<TrunksOutcome<null>>
}
