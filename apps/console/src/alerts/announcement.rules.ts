import type { OperatorView } from '@ringdown/contract'
import type { LiveConnection } from '../live/index.ts'

export type Announcement =
  | 'incoming'
  | 'incomingAtDesk'
  | 'offerGone'
  | 'calling'
  | 'ringing'
  | 'answered'
  | 'connected'
  | 'held'
  | 'resumed'
  | 'parked'
  | 'parkedAtDesk'
  | 'ended'
  | 'available'
  | 'onBreak'
  | 'offline'
  | 'connectionLost'
  | 'connectionBack'

export type Heard = {
  view: OperatorView | null
  connection: LiveConnection
  /** Calls ring and are talked on at the desk phone. */
  atDesk: boolean
}

/** What a screen reader should say about the step from one moment to the next; the most important thing only. */
export function announcementOf(before: Heard, after: Heard): Announcement | null {
  const what = callAnnouncement(before.view, after.view)
  if (after.atDesk && what === 'incoming') return 'incomingAtDesk'
  if (after.atDesk && what === 'parked') return 'parkedAtDesk'
  return what ?? connectionAnnouncement(before, after)
}

function callAnnouncement(before: OperatorView | null, after: OperatorView | null): Announcement | null {
  if (!after) return null
  if (after.offer && after.offer.call !== before?.offer?.call) return 'incoming'
  const was = before?.active?.state ?? null
  const is = after.active?.state ?? null
  if (is === 'dialing') return dialAnnouncement(before?.active ?? null, after.active)
  if (is !== was) {
    if (is === 'held' || is === 'parked') return is
    if (is === 'connected' && was === 'dialing') return 'answered'
    if (is === 'connected') return was === 'held' ? 'resumed' : 'connected'
    if (was !== null && was !== 'wrapping') return 'ended'
  }
  if (before?.offer && !after.offer && is === null) return 'offerGone'
  return statusAnnouncement(before, after)
}

/** A far end that is heard before it answers speaks for itself. */
function dialAnnouncement(
  before: OperatorView['active'],
  after: OperatorView['active'],
): Announcement | null {
  if (before?.state !== 'dialing') return 'calling'
  return after?.progress === 'ringing' && before.progress !== 'ringing' ? 'ringing' : null
}

function statusAnnouncement(before: OperatorView | null, after: OperatorView): Announcement | null {
  const { status } = after.operator
  if (!before || status === before.operator.status) return null
  if (status === 'available') return 'available'
  if (status === 'on-break') return 'onBreak'
  return status === 'offline' ? 'offline' : null
}

function connectionAnnouncement(before: Heard, after: Heard): Announcement | null {
  if (after.connection === 'waiting' && before.connection === 'open') return 'connectionLost'
  if (after.connection === 'open' && before.connection === 'connecting' && before.view)
    return 'connectionBack'
  return null
}
