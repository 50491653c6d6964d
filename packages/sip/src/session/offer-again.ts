import { retryAfterOf } from '../message/fields/expiry.ts'
import type { SipResponse } from '../message/message.ts'
import { type CallEffect, type CallTimer, startTimer } from './effects.ts'
import { type OwnRequest, type Session, type SessionStep, step } from './session.ts'

/** How often one offer is sent again after 491 or Retry-After. */
const MOST_TRIES = 12

/** Longest Retry-After that an offer waits for, s. */
const MOST_SECONDS = 32

/** Retry-After in seconds; longer ones are not waited for. */
function patienceFor(response: SipResponse): number | undefined {
  const isServerFailure = response.status >= 500 && response.status < 600
  const seconds = isServerFailure ? retryAfterOf(response)?.seconds : undefined
  return seconds === undefined || seconds > MOST_SECONDS ? undefined : seconds
}

/**
 * RFC 3261 §14.1: after 491, the owner of the Call-ID waits 2.1 to 4 s, the other side 0 to 2 s. §14.2 and §21.5: a 5xx
 * may name its time in Retry-After. Undefined when our re-INVITE or UPDATE is not to be sent again.
 */
export function tryAgain(session: Session, own: OwnRequest, response: SipResponse): SessionStep | undefined {
  const seconds = patienceFor(response)
  if (response.status !== 491 && seconds === undefined) return undefined
  const wait = (name: CallTimer) =>
    seconds === undefined ? glare(session, name) : startTimer(name, Math.max(seconds, 1) * 1000)
  // A refresh is made anew when its time comes.
  if (own.refreshes) return step(session, wait('refresh'))
  const { waitingOffer } = session
  const tries = waitingOffer?.state === 'sent' ? waitingOffer.tries : 0
  const sdp = waitingOffer?.sdp ?? own.body
  if (sdp === undefined || tries >= MOST_TRIES) return undefined
  return step({ ...session, waitingOffer: { sdp, tries: tries + 1, state: 'timed' } }, wait('offer again'))
}

function glare({ dialog }: Session, name: CallTimer): CallEffect {
  const [fromMs, toMs] = dialog.role === 'uac' ? [2100, 4000] : [0, 2000]
  return { type: 'start random timer', name, fromMs, toMs }
}

/** The time is over: the offer goes out as soon as it may. */
export const wakeOffer = (session: Session): Session =>
  session.waitingOffer === undefined
    ? session
    : { ...session, waitingOffer: { ...session.waitingOffer, state: 'ready' } }
