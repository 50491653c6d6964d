import type { PlaylistItem, Source } from '../media/worker.port.ts'
import type { Announcement, CallFacts, CallState, Dialing } from './call.state.ts'
import { limits } from './limits.rules.ts'

/** Positions that were recorded as numbers; behind them the caller hears that many are before them. */
const spokenPositions = 20

/**
 * Names of playlists. The same name is the same playing: saying it again (after a restart) does not start it anew.
 * Whatever should be heard afresh gets another name.
 */
export function playlistOf(state: CallState): string {
  const { call, media } = state.facts
  switch (state.type) {
    case 'flow':
      return `${call}/${state.step}`
    case 'queued':
    case 'offered':
      // The deadline tells apart the times that a caller was in the queue.
      return `${call}/queue/${state.deadline}/${state.announcement.number}`
    case 'held':
      return `${call}/held/${state.heldAt}`
    case 'parked':
      // Another worker means another sound: the caller hears the tone, then music again.
      return `${call}/parked/${state.parkedAt}/${media.since}`
    default:
      return `${call}/${state.type}`
  }
}

/** What the caller hears while no operator does. */
export function playlistSource(state: CallState): Source {
  const items = itemsOf(state)
  return items.length > 0 ? { type: 'playlist', playlist: playlistOf(state), items } : { type: 'nothing' }
}

/** What an operator hears while it rings at whom they call: the tone goes on as long as it may ring. */
export function ringbackSource({ facts, dialledAt }: Dialing): Source {
  const playlist = `${facts.call}/ringback/${dialledAt}`
  return { type: 'playlist', playlist, items: [{ type: 'tone', tone: 'ringback', ms: limits.dialMs }] }
}

function itemsOf(state: CallState): PlaylistItem[] {
  const { facts } = state
  switch (state.type) {
    case 'flow':
      return [{ type: 'clip', name: facts.queue.greeting }]
    case 'queued':
    case 'offered':
      return [...announcementItems(facts, state.announcement), { type: 'music' }]
    case 'held':
      return [{ type: 'music' }]
    case 'parked':
      return [{ type: 'tone', tone: 'rejoin', ms: 400 }, { type: 'music' }]
    case 'leaving':
      return [clip(facts, state.clip)]
    default:
      return []
  }
}

function announcementItems(facts: CallFacts, announcement: Announcement): PlaylistItem[] {
  const { position, staffed } = announcement
  const place =
    position === null
      ? []
      : position > spokenPositions
        ? [clip(facts, 'many-before-you')]
        : [clip(facts, 'you-are-number'), clip(facts, String(position)), clip(facts, 'in-line')]
  return staffed ? place : [...place, clip(facts, 'nobody-available')]
}

function clip(facts: CallFacts, name: string): PlaylistItem {
  return { type: 'clip', name: `${facts.queue.language}/${name}` }
}
