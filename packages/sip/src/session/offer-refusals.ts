import { callIdOf, cseqOf, requireOf } from '../message/headers.ts'
import type { Header, SipRequest } from '../message/message.ts'
import { screenBody } from '../message/screen-body.ts'
import { answerTimer } from '../session-timer/negotiate.ts'
import { READABLE_TYPES, sdpOf } from './body.ts'
import type { Session } from './session.ts'

export interface Refusal {
  readonly status: number
  readonly headers: readonly Header[]
}

const refusal = (status: number, ...headers: readonly Header[]): Refusal => ({ status, headers })

/** RFC 3261 §8.2.2.3: extensions that the peer requires and we do not know. */
export function unsupported(request: SipRequest, extensions: readonly string[]): Refusal | undefined {
  const unknown = requireOf(request).filter(
    option => !extensions.some(known => known.toLowerCase() === option.toLowerCase()),
  )
  return unknown.length === 0 ? undefined : refusal(420, { name: 'Unsupported', value: unknown.join(', ') })
}

/** RFC 3261 §8.2.3: a body that is no session description and may not be left aside. */
export function unreadable(request: SipRequest): Refusal | undefined {
  const found = screenBody(request, READABLE_TYPES)
  return found && refusal(found.status, ...found.headers)
}

/** Why a re-INVITE or UPDATE of the peer cannot be taken now; undefined when it can. */
export const refusalOfOffer = (session: Session, request: SipRequest): Refusal | undefined =>
  unsupported(request, session.profile.extensions) ??
  unreadable(request) ??
  (request.method === 'INVITE' ? badTimeForInvite(session, request) : badTimeForUpdate(session, request)) ??
  shortInterval(session, request)

function shortInterval(session: Session, request: SipRequest): Refusal | undefined {
  const timer = answerTimer(request, session.profile.timer)
  return timer.ok ? undefined : refusal(422, ...timer.headers)
}

// RFC 3261 §14.2: 500 with Retry-After while the peer's own INVITE waits for its answer, 491 while ours does.
function badTimeForInvite(session: Session, request: SipRequest): Refusal | undefined {
  const { ours, theirs, media, awaitsAck, phase, dialog } = session
  if (ours.some(own => own.method === 'INVITE') || media.state === 'we offered') return refusal(491)
  if (phase === 'early' && dialog.role === 'uac') return refusal(491)
  const isAnswering = theirs !== undefined || media.state === 'they offered' || phase === 'early'
  return isAnswering ? refusal(500, retryAfter(request)) : awaitsAck?.offers ? refusal(491) : undefined
}

// RFC 3311 §5.2: 491 while our offer is open, 500 with Retry-After while the peer's is; without an offer it always passes.
function badTimeForUpdate({ media, theirs }: Session, request: SipRequest): Refusal | undefined {
  if (sdpOf(request) === undefined) return undefined
  if (media.state === 'we offered') return refusal(491)
  const isOpen = theirs !== undefined || media.state === 'they offered'
  return isOpen ? refusal(500, retryAfter(request)) : undefined
}

/** RFC 3261 §14.2 wants 0 to 10 s at random; Call-ID and CSeq spread callers as well and keep the machine pure. */
function retryAfter(request: SipRequest): Header {
  const text = `${callIdOf(request) ?? ''} ${cseqOf(request)?.number ?? 0}`
  const sum = [...text].reduce((total, char) => (total * 31 + (char.codePointAt(0) ?? 0)) % 65_521, 7)
  return { name: 'Retry-After', value: String(sum % 11) }
}
