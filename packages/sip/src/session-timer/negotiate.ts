import { supportedOf } from '../message/headers.ts'
import type { Header, SipRequest, SipResponse } from '../message/message.ts'
import { minSeOf, sessionExpiresOf } from './headers.ts'

/** RFC 4028 §5: no interval may be shorter. Seconds. */
export const LEAST_INTERVAL = 90

/** What we want of session timers, in seconds. */
export interface SessionTimerWish {
  /** Proposed and accepted at most; RFC 4028 §4 recommends 1800. */
  readonly interval: number
  /** The shortest we take: at least 90. */
  readonly minSe: number
}

/** A session timer in force. */
export interface SessionTimer {
  /** Seconds. */
  readonly interval: number
  readonly refresher: 'us' | 'them'
  /**
   * The peer does not know the extension: we refresh all the same, and notice when nobody answers, but nothing expires (§7.2: then
   * no refresh is needed, and none forbidden).
   */
  readonly alone?: true
}

/** RFC 4028 §10: the refresher refreshes after half the interval. In ms. */
export const refreshAfter = ({ interval }: SessionTimer): number => interval * 500

/** RFC 4028 §10: without a refresh, BYE min(32 s, a third of the interval) before the session expires. In ms. */
export const expireAfter = ({ interval }: SessionTimer): number =>
  Math.round((interval - Math.min(32, interval / 3)) * 1000)

/** RFC 4028 §7.1: the headers of our INVITE or UPDATE. A running timer names its refresher, so that the roles stay (§7.4). */
export function timerRequestHeaders(
  { interval, minSe }: SessionTimerWish,
  running: SessionTimer | undefined,
): Header[] {
  const refresher = running && `;refresher=${running.refresher === 'us' ? 'uac' : 'uas'}`
  const asked = Math.max(running?.interval ?? interval, minSe)
  return [
    { name: 'Session-Expires', value: `${asked}${refresher ?? ''}` },
    { name: 'Min-SE', value: String(minSe) },
  ]
}

/** RFC 4028 §7.2: the timer that a 2xx to our request sets up; without Session-Expires in it there is none. */
export function timerOfAnswer(response: SipResponse): SessionTimer | undefined {
  const expires = sessionExpiresOf(response)
  if (expires === undefined || expires.interval < LEAST_INTERVAL) return undefined
  return { interval: expires.interval, refresher: expires.refresher === 'uas' ? 'them' : 'us' }
}

export type TimerAnswer =
  | { readonly ok: true; readonly timer?: SessionTimer; readonly headers: readonly Header[] }
  /** Answer 422 with these headers. */
  | { readonly ok: false; readonly headers: readonly Header[] }

/** RFC 4028 §9: our part as UAS. `wish` is undefined where we run no timers of our own. */
export function answerTimer(request: SipRequest, wish: SessionTimerWish | undefined): TimerAnswer {
  const asked = sessionExpiresOf(request)
  const peerSupports = supportedOf(request).some(option => option.toLowerCase() === 'timer')
  const least = wish?.minSe ?? LEAST_INTERVAL
  // §9: 422 only towards a UAC that knows the extension; a proxy may have put the header in.
  if (asked !== undefined && asked.interval < least && peerSupports)
    return { ok: false, headers: [{ name: 'Min-SE', value: String(least) }] }
  if (asked === undefined && wish === undefined) return { ok: true, headers: [] }
  const floor = Math.max(LEAST_INTERVAL, minSeOf(request) ?? 0)
  const most = asked?.interval ?? wish?.interval ?? floor
  const interval = Math.max(floor, Math.min(most, wish?.interval ?? most))
  // §9, table 2: a UAC without the extension cannot refresh, and one that asks for no timer need not: it is our wish alone.
  const refresher = peerSupports && asked !== undefined ? (asked.refresher ?? 'uac') : 'uas'
  const timer: SessionTimer = { interval, refresher: refresher === 'uac' ? 'them' : 'us' }
  const isOursAlone = asked === undefined && !peerSupports
  return {
    ok: true,
    timer: isOursAlone ? { ...timer, alone: true } : timer,
    headers: [
      // §9: `Require: timer` when the UAC is to refresh.
      ...(refresher === 'uac' ? [{ name: 'Require', value: 'timer' }] : []),
      { name: 'Session-Expires', value: `${interval};refresher=${refresher}` },
    ],
  }
}
