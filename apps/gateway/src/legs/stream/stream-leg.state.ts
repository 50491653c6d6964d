import type { EndpointId } from '../../media/worker.port.ts'
import type { LegEndCause } from '../leg.port.ts'

/** A lost stream is asked for this often, then the caller hears an apology (FEATURES AU-9). */
const resumeTries = 3
/** A carrier that lost its stream comes back by itself within this time, or is asked to. ms. */
const carrierReturnMs = 1_500
/** The same after a restart, when workers are still to say what they hold. ms. */
const restoredReturnMs = 5_000
/** A carrier that could not be asked to come back (its API is away) is asked again after this time, as long as the call waits. ms. */
const askAgainMs = 5_000
/** A carrier that was told to open a stream, and has not by then, is asked to come back: two more tries before a call gives up. ms. */
const streamComesMs = 6_000
/** A stream that held this long counts as a new beginning. ms. */
const streamHeldMs = 10_000

export type Path = { worker: number; endpoint: EndpointId }

/** A leg whose audio is a stream that the carrier opens. `tries`: how often the carrier was told to open one again since a stream held. */
export type StreamLeg =
  /** No stream is expected. */
  | { type: 'waiting'; tries: number }
  /** The carrier was told, or is about to be told, to open a stream at `path`. */
  | { type: 'expecting'; tries: number; path: Path }
  /** A stream with a good token came; the worker is binding it to the endpoint. */
  | { type: 'binding'; tries: number; path: Path }
  | { type: 'up'; tries: number; path: Path; since: number }
  | { type: 'ended' }

export type StreamLegInput =
  /** Calls wants audio here (`openMedia`). */
  | { type: 'open'; path: Path }
  /** After a restart, before anything else is known. */
  | { type: 'restored' }
  /** After a restart: a worker holds this leg's stream. */
  | { type: 'found'; path: Path; now: number }
  /** A stream said `start`. `fault`: why its token is not good. */
  | { type: 'start'; worker: number; stream: string; fault: string | null }
  | { type: 'bound'; path: Path; now: number }
  | { type: 'not bound'; path: Path }
  | { type: 'lost'; path: Path; now: number }
  /** The worker is away, or came back without this leg's stream. */
  | { type: 'stream not there'; worker: number; now: number }
  /** The carrier asks what to do next: whatever stream there was is over. */
  | { type: 'carrier asks'; now: number }
  /** A worker was found for the stream that the carrier is about to be told to open again. */
  | { type: 'placed'; path: Path }
  /** The carrier was told to open a stream. */
  | { type: 'told' }
  /** The carrier did not come back by itself in time, or its stream did not come. */
  | { type: 'resume due' }
  /** The carrier could not be asked to come back. */
  | { type: 'resume failed' }
  | { type: 'carrier ended'; cause: LegEndCause }
  | { type: 'hang up'; apologize: boolean }

export type StreamLegEffect =
  | { type: 'accept'; stream: string; path: Path }
  | { type: 'refuse'; stream: string; worker: number; reason: string }
  | { type: 'close'; path: Path }
  | { type: 'report media up'; path: Path }
  | { type: 'report media lost' }
  | { type: 'report ended'; cause: LegEndCause }
  | { type: 'await carrier'; ms: number }
  | { type: 'stop awaiting carrier' }
  | { type: 'ask carrier to resume' }
  | { type: 'hang up at carrier'; apologize: boolean }

export type StreamLegStep = { state: StreamLeg; effects: StreamLegEffect[] }

export const newStreamLeg: StreamLeg = { type: 'waiting', tries: 0 }

export function transition(state: StreamLeg, input: StreamLegInput): StreamLegStep {
  if (state.type === 'ended')
    return input.type === 'start' ? refuse(state, input, 'the call is over') : stay(state)
  if (input.type === 'carrier ended') return ended({ type: 'report ended', cause: input.cause })
  if (input.type === 'hang up') return ended({ type: 'hang up at carrier', apologize: input.apologize })
  switch (state.type) {
    case 'waiting':
      return waiting(state, input)
    case 'expecting':
      return expecting(state, input)
    case 'binding':
      return binding(state, input)
    case 'up':
      return up(state, input)
  }
}

type In<T extends StreamLeg['type']> = Extract<StreamLeg, { type: T }>

function waiting(state: In<'waiting'>, input: StreamLegInput): StreamLegStep {
  switch (input.type) {
    case 'restored':
      return { state, effects: [{ type: 'await carrier', ms: restoredReturnMs }] }
    case 'open':
      return to({ type: 'expecting', tries: state.tries, path: input.path })
    case 'placed':
      return to({ type: 'expecting', tries: state.tries + 1, path: input.path })
    case 'found':
      return foundAt(input)
    case 'start':
      return refuse(state, input, 'no stream is expected')
    case 'carrier asks':
      return tryAgain(state.tries)
    case 'resume due':
      return { state, effects: [{ type: 'ask carrier to resume' }] }
    case 'resume failed':
      return { state, effects: [{ type: 'await carrier', ms: askAgainMs }] }
    default:
      return stay(state)
  }
}

function expecting(state: In<'expecting'>, input: StreamLegInput): StreamLegStep {
  switch (input.type) {
    case 'found':
      return foundAt(input)
    case 'start':
      return startOf(state, input)
    case 'carrier asks':
      return tryAgain(state.tries)
    case 'told':
      return { state, effects: [{ type: 'await carrier', ms: streamComesMs }] }
    case 'resume due':
      return { state, effects: [{ type: 'ask carrier to resume' }] }
    case 'resume failed':
      return { state, effects: [{ type: 'await carrier', ms: askAgainMs }] }
    default:
      return stay(state)
  }
}

function foundAt({ path, now }: Extract<StreamLegInput, { type: 'found' }>): StreamLegStep {
  return to({ type: 'up', tries: 0, path, since: now }, { type: 'stop awaiting carrier' })
}

function startOf(state: In<'expecting'>, input: Extract<StreamLegInput, { type: 'start' }>): StreamLegStep {
  if (input.fault) return refuse(state, input, input.fault)
  // The worker that was meant is gone and the carrier was told the old address: it asks again.
  if (input.worker !== state.path.worker) return refuse(state, input, 'the stream moved')
  const { tries, path } = state
  return to(
    { type: 'binding', tries, path },
    { type: 'stop awaiting carrier' },
    { type: 'accept', stream: input.stream, path },
  )
}

function binding(state: In<'binding'>, input: StreamLegInput): StreamLegStep {
  switch (input.type) {
    case 'bound':
      if (!samePath(state.path, input.path)) return stay(state)
      return to(
        { type: 'up', tries: state.tries, path: state.path, since: input.now },
        { type: 'report media up', path: state.path },
      )
    case 'not bound':
    case 'lost':
      return samePath(state.path, input.path) ? lost(state.tries) : stay(state)
    case 'stream not there':
      return input.worker === state.path.worker ? lost(state.tries) : stay(state)
    case 'start':
      return refuse(state, input, 'the token was used')
    case 'carrier asks':
      return overFor(state, state.tries)
    default:
      return stay(state)
  }
}

function up(state: In<'up'>, input: StreamLegInput): StreamLegStep {
  switch (input.type) {
    case 'lost':
      return samePath(state.path, input.path) ? lost(triesAfter(state, input.now)) : stay(state)
    case 'stream not there':
      return input.worker === state.path.worker ? lost(triesAfter(state, input.now)) : stay(state)
    case 'start':
      return refuse(state, input, 'the token was used')
    case 'carrier asks':
      return overFor(state, triesAfter(state, input.now))
    default:
      return stay(state)
  }
}

/** The carrier says that the stream is over before the worker does: it may be half open, so it is closed. */
function overFor(state: In<'binding'> | In<'up'>, tries: number): StreamLegStep {
  const next = tryAgain(tries)
  return {
    ...next,
    effects: [{ type: 'close', path: state.path }, { type: 'report media lost' }, ...next.effects],
  }
}

function tryAgain(tries: number): StreamLegStep {
  if (tries >= resumeTries) return ended({ type: 'report ended', cause: 'stream never came' })
  return to({ type: 'waiting', tries }, { type: 'stop awaiting carrier' })
}

function lost(tries: number): StreamLegStep {
  return to(
    { type: 'waiting', tries },
    { type: 'report media lost' },
    { type: 'await carrier', ms: carrierReturnMs },
  )
}

function triesAfter(state: In<'up'>, now: number): number {
  return now - state.since >= streamHeldMs ? 0 : state.tries
}

function ended(...effects: StreamLegEffect[]): StreamLegStep {
  return to({ type: 'ended' }, { type: 'stop awaiting carrier' }, ...effects)
}

function refuse(state: StreamLeg, input: { stream: string; worker: number }, reason: string): StreamLegStep {
  return { state, effects: [{ type: 'refuse', stream: input.stream, worker: input.worker, reason }] }
}

function samePath(a: Path, b: Path): boolean {
  return a.worker === b.worker && a.endpoint === b.endpoint
}

function stay(state: StreamLeg): StreamLegStep {
  return { state, effects: [] }
}

function to(state: StreamLeg, ...effects: StreamLegEffect[]): StreamLegStep {
  return { state, effects }
}
