import { startTimer } from './effects.ts'
import { sendOffer } from './own-offer.ts'
import { sendOwn } from './own-requests.ts'
import { type Session, type SessionStep, step } from './session.ts'
import { timerHeaders } from './timers.ts'

/** ms until a refresh that cannot be sent now is tried again. */
const REFRESH_LATER = 2000

/** RFC 4028 §7.4: UPDATE where the peer allows it, else a re-INVITE with what was agreed, for a timer that is. */
export function refresh(session: Session): SessionStep {
  if (session.phase !== 'confirmed' || session.timer === undefined) return step(session)
  const isBusy = session.ours.some(({ method }) => method === 'INVITE' || method === 'UPDATE')
  if (isBusy || session.theirs !== undefined || session.awaitsAck !== undefined)
    return step(session, startTimer('refresh', REFRESH_LATER))
  if (session.peerAllows.includes('UPDATE'))
    return sendOwn(session, { method: 'UPDATE', refreshes: true, headers: timerHeaders(session) })
  if (session.timer.alone) return step(session)
  const { local } = session.media
  return local === undefined ? step(session) : sendOffer(session, { sdp: local, refreshes: true })
}
