import { refreshTarget } from '../dialog/create.ts'
import { createAck } from '../dialog/in-dialog-request.ts'
import { isSuccess, type SipResponse } from '../message/message.ts'
import { minSeOf } from '../session-timer/headers.ts'
import { refreshAfter } from '../session-timer/negotiate.ts'
import { sdpContent, sdpOf } from './body.ts'
import { learnAllow } from './create-session.ts'
import { type CallEffect, sendAck, startTimer, tell } from './effects.ts'
import { isOfferOpen, settle, weOffer, withdraw } from './media.ts'
import { tryAgain } from './offer-again.ts'
import { sendOwn } from './own-requests.ts'
import { andThen, type OwnRequest, type Session, type SessionStep, step } from './session.ts'
import { setTimer, timerAfter, timerHeaders } from './timers.ts'

/** ms until a refresh that failed is tried again: soon, where the session would expire. */
const refreshAgainAfter = ({ timer }: Session): number => (timer?.alone ? refreshAfter(timer) : 10_000)

/**
 * RFC 3261 §14.1: no re-INVITE while an INVITE is under way in either direction; RFC 3311 §5.1: no offer while one is
 * open, and in an early dialog only to a peer that allows UPDATE.
 */
function mayOffer(session: Session): boolean {
  const { phase, media, ours, theirs, awaitsAck, peerAllows } = session
  if (theirs !== undefined || isOfferOpen(media) || ours.some(own => own.method === 'INVITE')) return false
  if (phase === 'early') return media.state === 'settled' && peerAllows.includes('UPDATE')
  return phase === 'confirmed' && awaitsAck === undefined
}

/** RFC 3261 §14.1 and RFC 3311 §5.1: a re-INVITE in a confirmed dialog, UPDATE in an early one. */
export const sendOffer = (
  session: Session,
  { sdp, refreshes = false }: { sdp: string; refreshes?: boolean },
): SessionStep =>
  sendOwn(
    { ...session, media: weOffer(session.media, sdp) },
    {
      method: session.phase === 'early' ? 'UPDATE' : 'INVITE',
      offers: true,
      refreshes,
      headers: timerHeaders(session),
      ...sdpContent(sdp),
    },
  )

/** The offer that waits, as soon as it may be sent; it stays as the one to be repeated. */
export function sendWaitingOffer(session: Session): SessionStep {
  const { waitingOffer } = session
  if (waitingOffer?.state !== 'ready' || !mayOffer(session)) return step(session)
  return sendOffer({ ...session, waitingOffer: { ...waitingOffer, state: 'sent' } }, waitingOffer)
}

/** An offer that the user gave after the one that is answered now goes on waiting. */
function forgetSent({ waitingOffer, ...session }: Session): Session {
  return waitingOffer?.state === 'ready' ? { ...session, waitingOffer } : session
}

/** The final answer to our re-INVITE or UPDATE. `session` does not hold the request any more. */
export function offerAnswered(session: Session, own: OwnRequest, response: SipResponse): SessionStep {
  if (isSuccess(response)) return accepted(forgetSent(session), own, response)
  const back = own.offers ? { ...session, media: withdraw(session.media) } : session
  const least = response.status === 422 ? minSeOf(response) : undefined
  // RFC 4028 §7.4: 422 names the shortest interval that would do; the request is sent again with it.
  if (least !== undefined && least > session.minSe) return raised({ ...back, minSe: least }, own)
  const again = tryAgain(back, own, response)
  if (again !== undefined) return again
  // RFC 3311 §5.1: a peer that turns out not to know UPDATE is refreshed by re-INVITE.
  if (own.refreshes && own.method === 'UPDATE' && [405, 501].includes(response.status)) {
    const peerAllows = back.peerAllows.filter(method => method !== 'UPDATE')
    return step({ ...back, peerAllows }, startTimer('refresh', 0))
  }
  // RFC 4028 §10: until the session expires there is time for another refresh.
  if (own.refreshes) return step(back, startTimer('refresh', refreshAgainAfter(back)))
  return own.offers
    ? step(forgetSent(back), tell({ type: 'offer refused', status: response.status }))
    : step(back)
}

function accepted(session: Session, own: OwnRequest, response: SipResponse): SessionStep {
  const sdp = own.offers ? sdpOf(response) : undefined
  const effects: CallEffect[] = []
  // RFC 3261 §12.2.1.2: a 2xx to a target refresh request moves the target; §13.2.2.4: a 2xx to INVITE is acknowledged.
  const dialog = refreshTarget(session.dialog, response)
  if (own.method === 'INVITE') effects.push(sendAck(createAck(dialog, response)))
  const media = own.offers ? answered(session.media, sdp) : session.media
  const isNews = !own.refreshes || media.remote !== session.media.remote
  if (sdp !== undefined && isNews) effects.push(tell({ type: 'offer accepted', sdp }))
  // RFC 3261 §13.2.1: an offer without an answer changes nothing.
  if (own.offers && sdp === undefined && !own.refreshes)
    effects.push(tell({ type: 'offer refused', status: response.status }))
  const next = learnAllow({ ...session, dialog, media }, response)
  return andThen(step(next, ...effects), settled => setTimer(settled, timerAfter(settled, response)))
}

const answered = (media: Session['media'], sdp: string | undefined): Session['media'] =>
  sdp === undefined ? withdraw(media) : settle(media, sdp)

const raised = (session: Session, own: OwnRequest): SessionStep =>
  own.offers && own.body !== undefined
    ? sendOffer(session, { sdp: own.body, refreshes: own.refreshes })
    : sendOwn(session, { method: own.method, refreshes: own.refreshes, headers: timerHeaders(session) })
