import type { Header } from '../message/message.ts'
import {
  expireAfter,
  refreshAfter,
  type SessionTimer,
  timerRequestHeaders,
} from '../session-timer/negotiate.ts'
import { type CallEffect, startTimer, stopTimer } from './effects.ts'
import { type Session, type SessionStep, step } from './session.ts'

export const stopSessionTimers: readonly CallEffect[] = [stopTimer('refresh'), stopTimer('expiry')]

/** A session timer from now on, or none: every 2xx to INVITE or UPDATE sets it anew (RFC 4028 §7.2, §10). */
export function setTimer({ timer: _, ...session }: Session, timer: SessionTimer | undefined): SessionStep {
  if (timer === undefined) return step(session, ...stopSessionTimers)
  const expiry = startTimer('expiry', expireAfter(timer))
  const refresh = timer.refresher === 'us' ? startTimer('refresh', refreshAfter(timer)) : stopTimer('refresh')
  return step({ ...session, timer }, refresh, expiry)
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
