import type { AudioPath, CallerMedia, CallFacts, CallInput, CallState } from './call.state.ts'
import { limits } from './limits.rules.ts'

/** When the caller's broken audio path is given up; null while it is up. ms since the epoch. */
export function mediaDeadline(media: CallerMedia): number | null {
  return media.state === 'up' ? null : media.since + limits.mediaLostMs
}

/**
 * The caller's audio comes and goes, and who they are becomes known, in every state alike: inputs about that change only the facts.
 * Undefined where the input is about something else, or says nothing new.
 */
export function factsAfter(facts: CallFacts, input: CallInput, now: number): CallFacts | undefined {
  const { media } = facts
  switch (input.type) {
    case 'media up':
      return sameAudio(media, input)
        ? undefined
        : withMedia(facts, { ...pathOf(input), state: 'up', since: now })
    case 'media lost':
      return media.state === 'lost'
        ? undefined
        : withMedia(facts, { ...media, state: 'lost', since: lostSince(media, now) })
    case 'media possible':
      // A carrier stream is opened by the carrier; only an RTP port is ours to open.
      return media.state === 'lost' && facts.leg.kind === 'sip'
        ? withMedia(facts, { ...media, state: 'opening', worker: input.worker })
        : undefined
    case 'identified':
      return facts.identity === 'checking' ? { ...facts, identity: input.identity } : undefined
    case 'recovered':
      return recoveredMedia(facts, input.media, now)
    default:
      return undefined
  }
}

/** The same state with other facts. */
export function withFacts<S extends CallState>(state: S, facts: CallFacts): S {
  return { ...state, facts }
}

function recoveredMedia(facts: CallFacts, alive: AudioPath | null, now: number): CallFacts {
  const { media } = facts
  // An RTP port that was opened, but never journaled, is opened again: that says which one it is.
  const isKnown = facts.leg.kind === 'stream' || media.port !== null
  if (alive && isKnown) return withMedia(facts, { ...media, ...alive, state: 'up' })
  if (facts.leg.kind === 'sip')
    return withMedia(facts, { ...media, state: 'opening', since: lostSince(media, now) })
  return withMedia(facts, {
    ...media,
    state: media.state === 'opening' ? 'opening' : 'lost',
    since: lostSince(media, now),
  })
}

/** A path that breaks again before it was up keeps its first moment of loss: the limit is for the whole absence. */
function lostSince(media: CallerMedia, now: number): number {
  return media.state === 'up' ? now : media.since
}

function sameAudio(
  media: CallerMedia,
  input: { worker: number; endpoint: string; port: number | null },
): boolean {
  return (
    media.state === 'up' &&
    media.worker === input.worker &&
    media.endpoint === input.endpoint &&
    media.port === input.port
  )
}

function pathOf(input: { worker: number; endpoint: string; port: number | null }) {
  return { worker: input.worker, endpoint: input.endpoint, port: input.port }
}

function withMedia(facts: CallFacts, media: CallerMedia): CallFacts {
  return { ...facts, media }
}
