import type {
  ActiveCallView,
  CallCodec,
  CallerIdentity,
  CallerView,
  OfferView,
  OperatorView,
  QueuedCallView,
  RecentCallView,
} from '@ringdown/contract'
import type { CallState } from '../calls/index.ts'
import type { OperatorRow } from '../queues/index.ts'
import type { RecentCall } from './live.repository.ts'

/** All that an organization's pages are drawn from. */
export type Board = {
  now: number
  organization: { id: string; name: string }
  calls: CallState[]
  operators: OperatorRow[]
  recent: RecentCall[]
  names: ReadonlyMap<string, string>
  callers: ReadonlyMap<string, CallerView>
  muted: ReadonlySet<string>
  /** What the worker last measured towards each call's caller. */
  quality: ReadonlyMap<string, { lossPercent: number; jitterMs: number }>
  /** What each caller's endpoint speaks. */
  codecs: ReadonlyMap<string, CallCodec>
}

/** One who is not in the vault any more. */
export const unknownCaller: CallerView = { mask: '…', earlierCalls: 0 }

/** Where an operator can be reached. */
export type Reached = Pick<OperatorView, 'line' | 'deskPhone'>

/** What one operator sees. */
export function operatorViewOf(
  board: Board,
  operator: { id: string; name: string },
  reached: Reached,
): OperatorView {
  const row = board.operators.find(o => o.operator === operator.id)
  return {
    now: board.now,
    operator: { id: operator.id, name: operator.name, status: row?.status ?? 'offline' },
    organization: board.organization,
    line: reached.line,
    deskPhone: reached.deskPhone,
    offer: offerOf(board, operator.id),
    active: activeOf(board, operator.id),
    queue: queueOf(board),
    recent: board.recent.map(call => recentOf(board, call)),
    operatorsAvailable: board.operators.filter(o => o.status === 'available' || o.status === 'ringing')
      .length,
  }
}

function offerOf(board: Board, operator: string): OfferView | null {
  for (const state of board.calls) {
    const offer = state.type === 'offered' ? state.offers.find(o => o.operator === operator) : undefined
    if (state.type !== 'offered' || !offer) continue
    const { facts, queuedAt } = state
    return {
      call: facts.call,
      caller: callerOf(board, facts.caller),
      identity: identityOf(state),
      queue: facts.queue.name,
      waitingSince: queuedAt,
      ringsUntil: offer.ringsUntil,
      ...codecOf(board, state),
    }
  }
  return null
}

function activeOf(board: Board, operator: string): ActiveCallView | null {
  for (const state of board.calls) {
    if (!isActive(state) || state.operator !== operator) continue
    const { facts } = state
    return {
      call: facts.call,
      caller: callerOf(board, facts.caller),
      identity: identityOf(state),
      queue: facts.queue.name,
      direction: facts.direction,
      state: state.type,
      progress: state.type === 'dialing' ? state.progress : null,
      connectedAt: facts.answeredAt ?? facts.arrivedAt,
      wrapUpUntil: state.type === 'wrapping' ? state.deadline : null,
      participants: participantsOf(board, state),
      callerQuality: board.quality.get(facts.call) ?? null,
      ...codecOf(board, state),
    }
  }
  return null
}

function codecOf(board: Board, { facts }: CallState): { codec?: CallCodec } {
  const codec = board.codecs.get(facts.media.endpoint)
  return codec === undefined ? {} : { codec }
}

type ActiveState = Extract<CallState, { operator: string }>

function isActive(state: CallState): state is ActiveState {
  return 'operator' in state
}

function participantsOf(board: Board, state: ActiveState): ActiveCallView['participants'] {
  const { facts, operator } = state
  const caller = {
    role: 'caller' as const,
    name: callerOf(board, facts.caller).mask,
    muted: false,
    present: state.type !== 'wrapping' && facts.media.state === 'up',
  }
  const other = {
    role: 'operator' as const,
    name: board.names.get(operator) ?? operator,
    muted: board.muted.has(operator),
    present: state.type !== 'parked',
  }
  // Whoever has not answered yet takes no part.
  return state.type === 'dialing' ? [other] : [caller, other]
}

function queueOf(board: Board): QueuedCallView[] {
  return board.calls
    .filter(c => c.type === 'queued' || c.type === 'offered')
    .sort((a, b) => a.queuedAt - b.queuedAt || a.facts.arrivedAt - b.facts.arrivedAt)
    .map((state, index) => ({
      call: state.facts.call,
      caller: callerOf(board, state.facts.caller),
      identity: identityOf(state),
      queue: state.facts.queue.name,
      waitingSince: state.queuedAt,
      position: index + 1,
      state: state.type,
    }))
}

function recentOf(board: Board, call: RecentCall): RecentCallView {
  const { call: id, caller, identity, direction, startedAt, answeredAt, endedAt, ending, operator } = call
  return {
    call: id,
    caller: callerOf(board, caller),
    identity,
    direction,
    startedAt,
    answeredAt,
    endedAt,
    ending,
    operator: operator === null ? null : (board.names.get(operator) ?? null),
  }
}

/** What is being found out is not shown: it is known before most operators look. */
function identityOf({ facts }: CallState): CallerIdentity | null {
  return facts.identity === 'checking' ? null : facts.identity
}

function callerOf(board: Board, caller: string): CallerView {
  return board.callers.get(caller) ?? unknownCaller
}
