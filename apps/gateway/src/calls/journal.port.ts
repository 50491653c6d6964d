import type { LegRecord } from '../legs/leg.port.ts'
import type { CallInput, CallState, CallWrite } from './call.state.ts'

/** One line of a call's journal: the input and the state that followed. `at`: ms since the epoch. */
export type Entry = {
  call: string
  sequence: number
  at: number
  input: CallInput
  state: CallState
  writes: CallWrite[]
}

export type AppendResult =
  /** Durable: in the database, or (`spooled`) in the local file while the database is away. */
  | 'written'
  | 'spooled'
  /** Someone else wrote this call's next entry: read it again. */
  | 'stale'
  /** A claimed operator is not ringing for this call any more: nothing was written. */
  | 'claim refused'
  /** The database is away, so nobody can say whom the operator rings for: nothing was written. */
  | 'claim unknown'
  | 'gone'

export type OpenCall = {
  call: string
  sequence: number
  state: CallState
  leg: LegRecord | null
  ringing: string[]
}

export interface Journal {
  /** The call that has this leg: the new one, or the one that had it already. Throws `DatabaseAway`. */
  open(entry: Entry, leg: LegRecord): Promise<string>
  append(entry: Entry): Promise<AppendResult>
  /** Calls that are not over, or whose last effects may not have left the process. */
  openCalls(): Promise<OpenCall[]>
  last(call: string): Promise<{ sequence: number; state: CallState; input: CallInput } | undefined>
  /** All effects of the ended call left the process. */
  settle(call: string): Promise<void>
}
