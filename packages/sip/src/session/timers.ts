import { supportedOf } from '../message/headers.ts'
import type { Header, SipResponse } from '../message/message.ts'
import {
  expireAfter,
  refreshAfter,
  type SessionTimer,
  timerOfAnswer,
  timerRequestHeaders,
} from '../session-timer/negotiate.ts'
import { type CallEffect, startTimer, stopTimer } from './effects.ts'
import { type Session, type SessionStep, step } from './session.ts'

export const stopSessionTimers: readonly CallEffect[] = [stopTimer('refresh'), stopTimer('expiry')]

/** A session timer from now on, or none: every 2xx to INVITE or UPDATE sets it anew (RFC 4028 §7.2, §10). */
export function setTimer({ timer: _, ...session }: Session, timer: SessionTimer | undefined): SessionStep {
  if (timer === undefined) return step(session, ...stopSessionTimers)
  const expiry = timer.alone ? stopTimer('expiry') : startTimer('expiry', expireAfter(timer))
  const refresh = timer.refresher === 'us' ? startTimer('refresh', refreshAfter(timer)) : stopTimer('refresh')
  return step({ ...session, timer }, refresh, expiry)
}

/**
 * The timer that a 2xx to our INVITE or UPDATE sets up (RFC 4028 §7.2). Where we wish one and the peer does not know of timers, it is
 * ours alone, with UPDATE: a re-INVITE without need troubles such peers.
 */
export function timerAfter(session: Session, response: SipResponse): SessionTimer | undefined {
  const agreed = timerOfAnswer(response)
  const { timer: wish } = session.profile
  const isKnown = supportedOf(response).some(option => option.toLowerCase() === 'timer')
  if (agreed !== undefined || wish === undefined || isKnown) return agreed
  if (!session.peerAllows.includes('UPDATE')) return undefined
  return { interval: Math.max(wish.interval, session.minSe), refresher: 'us', alone: true }
}

/** Session-Expires and Min-SE for our INVITE or UPDATE; none where no timer runs and none is wished. */
export function timerHeaders({
  timer,
  minSe,
  profile,
}: Pick<Session, 'timer' | 'minSe' | 'profile'>): Header[] {
  const wish = profile.timer ?? (timer && { interval: timer.interval, minSe })
  return wish === undefined ? [] : timerRequestHeaders({ interval: wish.interval, minSe }, timer)
}
