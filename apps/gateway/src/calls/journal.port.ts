import type { Ending } from '@ringdown/contract'
import type { LegRecord } from '../legs/leg.port.ts'
import type { CallFacts, CallInput, CallState, CallWrite } from './call.state.ts'

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

/** The call that has the leg: the new one, or the one that had it already. */
export type OpenResult =
  | { type: 'open'; call: string }
  /** An operator whom the call takes is not free: nothing was written. */
  | { type: 'claim refused' }

export type OpenCall = {
  call: string
  sequence: number
  state: CallState
  leg: LegRecord | null
  ringing: string[]
}

/** A call of which what was stored cannot be read, by this gateway or any more. All that is left is what its row says. */
export type UnreadableCall = {
  what: 'entry' | 'sealed leg' | 'leg'
  call: string
  sequence: number
  /** The last state, where that can be read, or what is left of it. */
  facts: CallFacts
  /** Its far end, where that can be told. */
  leg: LegRecord | null
  answered: boolean
  /** Whoever it holds. */
  operators: string[]
  /** The ending that stands in its record already. */
  ending: Ending | null
}

export type OpenCalls = { calls: OpenCall[]; unreadable: UnreadableCall[] }

export interface Journal {
  /** Throws `DatabaseAway`. */
  open(entry: Entry, leg: LegRecord): Promise<OpenResult>
  append(entry: Entry): Promise<AppendResult>
  /** This node's calls that are not over, or whose last effects may not have left the process. */
  openCalls(): Promise<OpenCalls>
  last(call: string): Promise<{ sequence: number; state: CallState; input: CallInput } | undefined>
  /** All effects of the ended call left the process. */
  settle(call: string): Promise<void>
}
