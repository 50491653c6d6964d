import type { LegId } from '../leg.port.ts'

/** Where an operator's telephone is joined to a caller. */
export type DeskEnd = { worker: number; endpoint: string }

/** What of an operator's desk phones a call wants. */
export type DeskWish =
  /** They ring for this call. */
  | { operator: string; type: 'ring' }
  /** The one that was picked up stays; null: whichever that is. */
  | { operator: string; type: 'talk'; endpoint: string | null }

/** Everything that a call wants of desk phones. Said again, it changes nothing; whatever is not wished for is hung up. */
export type DeskOrder = {
  call: string
  organization: string
  /** Where the caller's audio is, and so the telephones' too. */
  worker: number
  /** What a telephone shows as its caller: a queue, never a number. */
  title: string
  wishes: readonly DeskWish[]
  /** Somebody talks with the caller: whoever still rings missed nothing. */
  isAnswered: boolean
}

/** A telephone that is called for an operator, as it is stored. Times do not matter: the call decides what becomes of it. */
export type DeskLegRecord = {
  leg: LegId
  call: string
  organization: string
  operator: string
  worker: number
  endpoint: string
  /** Of the leg; sealed where it is stored. */
  data: string
}

export interface DeskLegsPort {
  add(record: DeskLegRecord): Promise<void>
  keep(leg: LegId, data: string): Promise<void>
  moved(leg: LegId, end: DeskEnd): Promise<void>
  remove(leg: LegId): Promise<void>
  /** Those of this node. One that cannot be unsealed is left out, and removed. */
  read(): Promise<DeskLegRecord[]>
}

type Whose = { call: string; operator: string }

/** What the telephones tell their calls. Resolves when it is durable. */
export interface DeskReports {
  /** False: somebody else has the call, or it is over. */
  pickedUp(who: Whose & { line: DeskEnd }): Promise<boolean>
  /** Nobody picked up, and none rings any more. */
  declined(who: Whose): Promise<void>
  hungUp(who: Whose): Promise<void>
  /** The hold key of the telephone was pressed; `isHeld` false: again. */
  held(who: Whose & { isHeld: boolean }): Promise<void>
  /** The telephone's audio is gone, the telephone is not. */
  away(who: Whose): Promise<void>
  back(who: Whose & { line: DeskEnd }): Promise<void>
}
