import type { Ending } from '@ringdown/contract'
import type { EndpointId, Source } from '../media/worker.port.ts'
import type { CallFacts, CallState, OperatorLine, TimerName } from './call.state.ts'
import { mediaDeadline } from './caller-media.rules.ts'
import { playlistSource, ringbackSource } from './playlists.rules.ts'

/**
 * What the world should look like for a call in a given state. Effects are the difference between two such pictures,
 * so that recovery is the same thing as progress: everything is told again, and every order is idempotent.
 */
export type Picture = {
  /** The caller's audio path that we must open. */
  opens: { worker: number; endpoint: EndpointId; port: number | null } | null
  answered: boolean
  /** What is proved about the caller is being found out. */
  identifies: boolean
  /** The far end is to be called. */
  dialled: boolean
  ended: Ending | null
  hears: Hearing[]
  /** Endpoints that are the call's own and are over. */
  closes: { worker: number; endpoint: EndpointId } | null
}

export type Hearing = { worker: number; endpoint: EndpointId; source: Source }

export type CallEffect =
  | { type: 'open caller media'; worker: number; endpoint: EndpointId; port: number | null }
  | { type: 'answer caller' }
  | { type: 'identify caller' }
  | { type: 'dial caller' }
  | { type: 'hear'; worker: number; endpoint: EndpointId; source: Source }
  | { type: 'close endpoint'; worker: number; endpoint: EndpointId }
  | { type: 'hang up caller'; ending: Ending }

export function pictureOf(state: CallState): Picture {
  const { facts } = state
  const { media } = facts
  const over = state.type === 'wrapping' || state.type === 'ended'
  return {
    opens:
      !over && media.state === 'opening'
        ? { worker: media.worker, endpoint: media.endpoint, port: media.port }
        : null,
    answered: !over && facts.leg.kind === 'sip' && media.state === 'up',
    identifies: !over && facts.identity === 'checking',
    dialled: state.type === 'dialing' && media.state === 'up',
    ended: over ? state.ending : null,
    hears: over ? [] : hearingsOf(state),
    closes: over ? { worker: media.worker, endpoint: media.endpoint } : null,
  }
}

/** What must be done to get from one picture to the next; from nothing (`undefined`) after a restart. */
export function effectsBetween(before: CallState | undefined, after: CallState): CallEffect[] {
  const old = before ? pictureOf(before) : undefined
  const now = pictureOf(after)
  const effects: CallEffect[] = []
  if (now.opens && !same(old?.opens, now.opens)) effects.push({ type: 'open caller media', ...now.opens })
  // The answer is repeated after a restart only while nobody knows whether it arrived.
  if (now.answered && !old?.answered && after.type === 'arriving') effects.push({ type: 'answer caller' })
  if (now.identifies && !old?.identifies) effects.push({ type: 'identify caller' })
  if (now.dialled && !old?.dialled) effects.push({ type: 'dial caller' })
  for (const line of linesLeft(before, after))
    effects.push({ type: 'hear', ...line, source: { type: 'nothing' } })
  for (const hearing of now.hears) {
    if (!old?.hears.some(h => same(h, hearing))) effects.push({ type: 'hear', ...hearing })
  }
  if (now.ended && !old?.ended) effects.push({ type: 'hang up caller', ending: now.ended })
  if (now.closes && !old?.closes) effects.push({ type: 'close endpoint', ...now.closes })
  return effects
}

/** When each timer of a state is due, ms since the epoch. */
export function timersOf(state: CallState): Partial<Record<TimerName, number>> {
  if (state.type === 'ended') return {}
  const timers: Partial<Record<TimerName, number>> = {}
  // The wait limit never cuts off a call that rings: who is about to answer may. It counts again when nobody did.
  if ('deadline' in state && state.type !== 'offered') timers.deadline = state.deadline
  if (state.type === 'offered') timers.ring = Math.min(...state.offers.map(o => o.ringsUntil))
  if ((state.type === 'queued' || state.type === 'offered') && state.passed.length > 0) {
    timers.pass = Math.min(...state.passed.map(p => p.until))
  }
  const media = mediaMayBeGivenUp(state) ? mediaDeadline(state.facts.media) : null
  if (media !== null) timers.media = media
  return timers
}

/** Arriving and leaving have a deadline that is near anyway; to wrap up needs no caller. */
function mediaMayBeGivenUp(state: CallState): boolean {
  return state.type !== 'arriving' && state.type !== 'leaving' && state.type !== 'wrapping'
}

export function operatorOf(state: CallState): string | null {
  return 'operator' in state ? state.operator : null
}

/** Operators for whom it rings. */
export function ringingOf(state: CallState): string[] {
  return state.type === 'offered' ? state.offers.map(o => o.operator) : []
}

function hearingsOf(state: CallState): Hearing[] {
  const hearings: Hearing[] = []
  const { facts } = state
  const line = lineOf(state)
  const talking = state.type === 'connected'
  if (facts.media.state === 'up') {
    const source: Source =
      talking && line ? { type: 'endpoint', endpoint: line.endpoint } : playlistSource(state)
    hearings.push({ ...callerEnd(facts), source })
  }
  if (line) hearings.push({ ...line, source: operatorHears(state) })
  return hearings
}

function operatorHears(state: CallState): Source {
  const { media } = state.facts
  if (state.type === 'dialing' && state.progress === 'ringing') return ringbackSource(state)
  const isJoined =
    state.type === 'connected' || (state.type === 'dialing' && state.progress === 'early media')
  return isJoined && media.state === 'up'
    ? { type: 'endpoint', endpoint: media.endpoint }
    : { type: 'nothing' }
}

function callerEnd(facts: CallFacts) {
  return { worker: facts.media.worker, endpoint: facts.media.endpoint }
}

function lineOf(state: CallState): OperatorLine | undefined {
  return 'line' in state ? state.line : undefined
}

/** A line that belonged to the call and no longer does must fall silent. */
function linesLeft(before: CallState | undefined, after: CallState): OperatorLine[] {
  const old = before && lineOf(before)
  const now = lineOf(after)
  return old && old.endpoint !== now?.endpoint ? [old] : []
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}
