import type { CallerIdentity, Ending } from '@ringdown/contract'
import type { LegEndCause, LegId, LegKind } from '../legs/leg.port.ts'
import type { EndpointId } from '../media/worker.port.ts'

/** Schema of the state that stands in a journal entry. A newer gateway reads older ones (see `stored-state.rules.ts`). */
export const callStateVersion = 1

/** Times are ms since the epoch throughout. Nothing in here is personal: the caller is a reference into the vault. */
export type CallFacts = {
  call: string
  organization: string
  /** Who called whom: `out` is a call of ours. */
  direction: 'in' | 'out'
  /** Ours: the one that was dialled, or that we show. */
  number: string
  /** The person outside: who calls, or whom we call. */
  caller: string
  /** What is proved about the caller's number; null: nobody said anything. */
  identity: CallerIdentity | 'checking' | null
  queue: QueueTerms
  leg: { id: LegId; kind: LegKind }
  media: CallerMedia
  arrivedAt: number
  /** When an operator first spoke with the caller. */
  answeredAt: number | null
}

/** The queue's rules as they were when the call came in: a change of settings never alters a running call. */
export type QueueTerms = {
  id: string
  name: string
  language: string
  /** Name of a clip with its language; empty: none. */
  greeting: string
  waitLimitMs: number
  ringMs: number
  wrapUpMs: number
  returnLimitMs: number
}

/** Where the caller's audio is. `opening` and `lost` keep the port, so that a new worker can take up the same one. */
export type CallerMedia = {
  state: 'opening' | 'up' | 'lost'
  worker: number
  endpoint: EndpointId
  port: number | null
  since: number
}

/** Where in which worker somebody's audio is. */
export type AudioPath = { worker: number; endpoint: EndpointId }

export type OperatorLine = AudioPath

export type Offer = { operator: string; ringsUntil: number }

/** An operator who declined or missed this call and is not asked again before `until`. */
export type Pass = { operator: string; until: number }

/** What the waiting caller was last told; a new number is a new playlist. */
export type Announcement = { number: number; position: number | null; staffed: boolean }

export type Waiting = {
  queuedAt: number
  deadline: number
  announcement: Announcement
  passed: Pass[]
}

export type Arriving = { type: 'arriving'; facts: CallFacts; deadline: number }
/** We call the person outside for an operator, who waits on their line. */
export type Dialing = {
  type: 'dialing'
  facts: CallFacts
  operator: string
  line: OperatorLine
  dialledAt: number
  deadline: number
  /** `early media`: what the far end says before it answers is heard already. */
  progress: 'calling' | 'ringing' | 'early media'
}
export type Flow = { type: 'flow'; facts: CallFacts; step: 'greeting'; deadline: number }
export type Queued = { type: 'queued'; facts: CallFacts } & Waiting
export type Offered = { type: 'offered'; facts: CallFacts; offers: Offer[] } & Waiting
export type Connected = {
  type: 'connected'
  facts: CallFacts
  operator: string
  line: OperatorLine
  joinedAt: number
}
export type Held = {
  type: 'held'
  facts: CallFacts
  operator: string
  line: OperatorLine
  joinedAt: number
  heldAt: number
}
/** The operator's line broke. The caller hears music; the operator is joined again when they are back. */
export type Parked = {
  type: 'parked'
  facts: CallFacts
  operator: string
  joinedAt: number
  parkedAt: number
  deadline: number
  was: 'connected' | 'held'
}
/** A last sentence is spoken, then the call ends. */
export type Leaving = { type: 'leaving'; facts: CallFacts; clip: string; ending: Ending; deadline: number }
/** The caller is gone; the operator writes up. */
export type Wrapping = {
  type: 'wrapping'
  facts: CallFacts
  operator: string
  ending: Ending
  endedAt: number
  deadline: number
}
export type Ended = { type: 'ended'; facts: CallFacts; ending: Ending; endedAt: number }

export type CallState =
  | Arriving
  | Dialing
  | Flow
  | Queued
  | Offered
  | Connected
  | Held
  | Parked
  | Leaving
  | Wrapping
  | Ended

export type TimerName = 'deadline' | 'ring' | 'pass' | 'media'

export type CallInput =
  | { type: 'arrived' }
  /** An operator calls somebody. */
  | { type: 'dialled'; operator: string }
  | { type: 'media up'; worker: number; endpoint: EndpointId; port: number | null }
  | { type: 'media lost' }
  /** A worker can take the caller's audio up again. */
  | { type: 'media possible'; worker: number }
  | { type: 'media failed'; ending: Ending }
  | { type: 'answered' }
  | { type: 'identified'; identity: CallerIdentity }
  /** The far end that we call rings; `earlyMedia`: what it says is to be heard already. */
  | { type: 'progress'; earlyMedia: boolean }
  | { type: 'played'; playlist: string }
  /** The caller's place among those who wait, and whether anyone is there to answer. */
  | { type: 'place'; position: number; staffed: boolean }
  | { type: 'offers made'; operators: string[] }
  | { type: 'declined'; operator: string }
  /** An operator whom it rings cannot be reached any more (tab closed, line broke). */
  | { type: 'offer withdrawn'; operator: string }
  | { type: 'accepted'; operator: string; line: OperatorLine }
  | { type: 'hold'; operator: string }
  | { type: 'resume'; operator: string }
  | { type: 'operator hung up'; operator: string }
  | { type: 'operator away'; operator: string }
  | { type: 'operator back'; operator: string; line: OperatorLine }
  | { type: 'wrapped up'; operator: string }
  | { type: 'leg ended'; cause: LegEndCause }
  | { type: 'timer'; name: TimerName }
  /** A new control took the call up: what of it is still alive (`media`: the caller's audio), and whom the database says it rings. */
  | { type: 'recovered'; media: AudioPath | null; line: OperatorLine | null; ringing: string[] }
  | { type: 'stopped' }

/** Changes of records that are committed with the entry, or not at all. */
export type CallWrite =
  /** From ringing for this call to on a call. When the operator's row says otherwise, the whole entry is refused. */
  | { type: 'claim operator'; operator: string; at: number }
  /** From free, on a break or offline to on a call of their own. When the row says otherwise, the call is not opened. */
  | { type: 'take operator'; operator: string; at: number }
  /** Back to what each of them wants to be, if the row still belongs to this call. */
  | { type: 'free operators'; operators: string[] }
  /** The operator's page is gone: they are not available until they say so again. */
  | { type: 'sign off operator'; operator: string }
  | { type: 'wrap up operator'; operator: string; until: number }
  | { type: 'join'; party: string; role: 'caller' | 'operator'; at: number }
  | { type: 'leave'; party: string; at: number }
  | { type: 'record'; ending: Ending; operator: string | null; answeredAt: number | null; at: number }

export type Step =
  | { type: 'step'; state: CallState; writes: CallWrite[] }
  /** This state does not expect the input: counted, not journaled. */
  | { type: 'ignored' }

export const ignored: Step = { type: 'ignored' }

export function to(state: CallState, ...writes: CallWrite[]): Step {
  return { type: 'step', state, writes }
}
