import type { EndpointSnapshot } from '../media/worker.port.ts'
import type { AudioPath, CallFacts, CallInput, CallState, Ended, OperatorLine } from './call.state.ts'
import { notRecovered } from './endings.rules.ts'
import type { Entry, OpenCall, UnreadableCall } from './journal.port.ts'

type Snapshots = ReadonlyMap<number, readonly EndpointSnapshot[]>

/** What a new control tells a call that it takes up. */
export function recoveryOf(one: OpenCall, snapshots: Snapshots): CallInput {
  const { state, ringing } = one
  const media = [...snapshots].map(([worker, held]) => audioAt(state.facts, worker, held)).findLast(isThere)
  return { type: 'recovered', media: media ?? null, line: aliveLine(state, snapshots), ringing }
}

/**
 * Where a worker holds the caller's audio. A stream is known by its call: one that came back may be another endpoint than the journaled one,
 * and the control that bound it may have died before it could say so.
 */
function audioAt(
  { call, leg, media }: CallFacts,
  worker: number,
  held: readonly EndpointSnapshot[],
): AudioPath | undefined {
  const isTheirs = (one: EndpointSnapshot) =>
    leg.kind === 'stream'
      ? one.kind === 'stream' && one.call === call
      : worker === media.worker && one.endpoint === media.endpoint
  const theirs = held.findLast(isTheirs)
  return theirs && { worker, endpoint: theirs.endpoint }
}

const isThere = (path: AudioPath | undefined): boolean => path !== undefined

/**
 * Whether the journal knows that the far end knows it is answered. An ended call does not say how far it had come, unless
 * somebody talked.
 */
export function wasAnswered(state: CallState): boolean {
  if (state.type === 'ended') return state.facts.answeredAt !== null
  return state.type !== 'arriving' && state.type !== 'dialing'
}

/** A call whose leg was unsealed, but holds nothing that its driver understands. */
export function withoutLeg({ call, sequence, state, ringing }: OpenCall): UnreadableCall {
  const isOver = state.type === 'wrapping' || state.type === 'ended'
  return {
    what: 'leg',
    call,
    sequence,
    facts: state.facts,
    leg: null,
    answered: wasAnswered(state),
    operators: 'operator' in state ? [state.operator] : ringing,
    ending: isOver ? state.ending : null,
  }
}

/**
 * The last entry of a call that cannot be taken up: over, with its reason, and nobody is held by it any more. A call that was
 * over for its caller keeps the ending that stands in its record.
 */
export function closingOf(one: UnreadableCall, now: number): Entry & { state: Ended } {
  const { call, facts, operators } = one
  const ending = one.ending ?? notRecovered
  const isTheirs = facts.answeredAt !== null || facts.direction === 'out'
  const operator = isTheirs ? (operators[0] ?? null) : null
  return {
    call,
    sequence: one.sequence + 1,
    at: now,
    input: { type: 'recovered', media: null, line: null, ringing: [] },
    state: { type: 'ended', facts, ending, endedAt: now },
    writes: [
      { type: 'free operators', operators },
      { type: 'record', ending, operator, answeredAt: facts.answeredAt, at: now },
    ],
  }
}

/** What a worker that is back means for a caller: the audio is still there, or can be opened there (again). */
export function worthOf(
  facts: CallFacts,
  worker: number,
  endpoints: readonly EndpointSnapshot[],
): CallInput | undefined {
  const { port, state } = facts.media
  const alive = audioAt(facts, worker, endpoints)
  if (alive) return { type: 'media up', ...alive, port }
  if (facts.media.worker === worker) return { type: 'media possible', worker }
  // A caller who came while no worker was up is bound to none: the far end knows no port yet.
  return state === 'lost' && port === null ? { type: 'media possible', worker } : undefined
}

/** A desk phone is joined by an RTP endpoint of the call's own. */
function deskPhoneAt(line: OperatorLine, snapshots: Snapshots): OperatorLine | undefined {
  const endpoints = snapshots.get(line.worker) ?? []
  return endpoints.some(e => e.kind === 'rtp' && e.endpoint === line.endpoint) ? line : undefined
}

/**
 * The operator's newest line. The one they spoke through may still be there: a page that left it need not say so to the worker, which takes
 * half a minute to notice (node-datachannel 0.33: 29.9 s measured).
 */
function aliveLine(state: CallState, snapshots: Snapshots): OperatorLine | null {
  if (!('operator' in state)) return null
  const phone = 'line' in state ? deskPhoneAt(state.line, snapshots) : undefined
  if (phone) return phone
  const lines = [...snapshots].flatMap(([worker, endpoints]) =>
    endpoints
      .filter(e => e.kind === 'webrtc' && e.owner === state.operator && e.connected)
      .map(({ endpoint }) => ({ worker, endpoint })),
  )
  return lines.at(-1) ?? null
}
