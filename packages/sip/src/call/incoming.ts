import { createUasDialog } from '../dialog/create.ts'
import type { TransactionId } from '../layer/ports.ts'
import { createResponse } from '../message/build.ts'
import { expiresOf } from '../message/fields/expiry.ts'
import type { SipRequest } from '../message/message.ts'
import { reliability } from '../reliable/headers.ts'
import { startProvisionals } from '../reliable/provisional-sender.ts'
import { sdpOf } from '../session/body.ts'
import { createSession } from '../session/create-session.ts'
import { type CallEffect, respond, startTimer, tell } from '../session/effects.ts'
import { holdRequest } from '../session/held-request.ts'
import { NO_MEDIA, theyOffer } from '../session/media.ts'
import { type Refusal, unreadable, unsupported } from '../session/offer-refusals.ts'
import { capabilityHeaders, type SessionProfile } from '../session/profile.ts'
import { answerTimer } from '../session-timer/negotiate.ts'
import type { CallStep, Incoming } from './call.ts'

/** What a call is made of that begins with the INVITE of its peer. */
export interface IncomingStart {
  readonly id: TransactionId
  /** The INVITE as the layer's `request` event gave it. Its To has no tag. */
  readonly request: SipRequest
  readonly profile: SessionProfile
  /** Unguessable. */
  readonly localTag: string
  /** RFC 3262 §3: random, 1 to 2^31 - 1. */
  readonly rseq: number
}

/**
 * A call to us. Tells `offer` (or `offer wanted`); the user then gives `progress`, `answer` or `hang up`. Without `call`
 * the INVITE has been refused (400, 415, 420, 422) and there is none.
 */
export function startIncoming(start: IncomingStart): Partial<CallStep<Incoming>> & Pick<CallStep, 'effects'> {
  const { id, request, profile, localTag, rseq } = start
  const refusal = refusalOf(request, profile)
  const dialog = createUasDialog({ request, response: createResponse(request, 180, { toTag: localTag }) })
  if (refusal !== undefined || !dialog.ok) {
    const { status, headers } = refusal ?? { status: 400, headers: [] }
    return { effects: [respond(id, createResponse(request, status, { toTag: localTag, headers }))] }
  }
  const sdp = sdpOf(request)
  const media = sdp === undefined ? NO_MEDIA : theyOffer(NO_MEDIA, sdp)
  const call: Incoming = {
    version: 1,
    kind: 'incoming',
    phase: 'ringing',
    invite: holdRequest(id, request),
    session: createSession({ dialog: dialog.dialog, profile, media, from: request }),
    provisionals: startProvisionals(rseq),
    reliability: reliability(request),
    isAcknowledged: false,
  }
  const asked = sdp === undefined ? tell({ type: 'offer wanted' }) : tell({ type: 'offer', sdp })
  return { call, effects: [...expiry(request), asked] }
}

/** RFC 3261 §8.2.2.3, §8.2.3; RFC 4028 §9. */
function refusalOf(request: SipRequest, profile: SessionProfile): Refusal | undefined {
  const timer = answerTimer(request, profile.timer)
  return (
    unsupported(request, profile.extensions) ??
    unreadable(request) ??
    (timer.ok ? undefined : { status: 422, headers: [...timer.headers, ...capabilityHeaders(profile)] })
  )
}

const MOST_SECONDS = 86_400

// RFC 3261 §13.3.1: an INVITE that is not answered before its Expires gets 487.
function expiry(request: SipRequest): CallEffect[] {
  const seconds = expiresOf(request)
  return seconds === undefined || seconds > MOST_SECONDS ? [] : [startTimer('invite expires', seconds * 1000)]
}
