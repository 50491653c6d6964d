import type { Dialog } from '../dialog/dialog.ts'
import type { TransactionId } from '../layer/ports.ts'
import type { Header, SipRequest, SipResponse } from '../message/message.ts'
import type { SessionTimer } from '../session-timer/negotiate.ts'
import type { CallEffect } from './effects.ts'
import type { HeldRequest } from './held-request.ts'
import type { MediaState } from './media.ts'
import type { SessionProfile } from './profile.ts'

/** A request of ours in the dialog that has no final answer yet. */
export interface OwnRequest {
  readonly method: string
  /** Names it towards the user, too. */
  readonly cseq: number
  readonly headers: readonly Header[]
  readonly body?: string
  readonly contentType?: string
  /** Carries an offer of ours. */
  readonly offers: boolean
  /** Was sent for the session timer alone. */
  readonly refreshes: boolean
  /** Challenges answered so far. */
  readonly challenges: number
  /** The challenge that waits for the user. */
  readonly challenged?: number
}

/**
 * One INVITE dialog usage (RFC 5057), early or confirmed, from either side: offers and answers in both directions, target
 * refresh, session timer, its end. Plain JSON, may be stored after any step and continued by another process. Contains
 * addresses of callers: seal it before it is stored.
 */
export interface Session {
  readonly version: 1
  /** `ending`: our BYE is out or waits for the ACK; the user has been told `ended`. */
  readonly phase: 'early' | 'confirmed' | 'ending' | 'over'
  readonly dialog: Dialog
  readonly profile: SessionProfile
  /** Allow of the peer; empty while not told. */
  readonly peerAllows: readonly string[]
  readonly media: MediaState
  readonly ours: readonly OwnRequest[]
  /** The peer's re-INVITE or UPDATE that waits for `answer` or `refuse offer`. */
  readonly theirs?: HeldRequest
  /** Our 2xx to INVITE has no ACK yet; `offers` when the ACK must bring the answer. */
  readonly awaitsAck?: { readonly offers: boolean }
  /**
   * Our newest offer: `ready` goes out as soon as RFC 3261 §14.1 allows it, `timed` waits for its timer, `sent` is the one
   * in flight, which may have to be repeated.
   */
  readonly waitingOffer?: {
    readonly sdp: string
    readonly tries: number
    readonly state: 'ready' | 'timed' | 'sent'
  }
  /** The BYE that waits for the ACK (RFC 3261 §15). */
  readonly waitingBye?: readonly Header[]
  readonly timer?: SessionTimer
  /** Seconds; grows with 422. */
  readonly minSe: number
}

/** What happens within a dialog: requests and responses, timers, orders. */
export type SessionInput =
  /** From the layer: a request inside this dialog, ACK and CANCEL excepted. */
  | { readonly type: 'request'; readonly id: TransactionId; readonly request: SipRequest }
  /** From the layer: an answer to a request of this session (`localAnswer` for those that never came). */
  | { readonly type: 'response'; readonly response: SipResponse }
  | { readonly type: 'ack'; readonly request: SipRequest }
  | { readonly type: 'no ack' }
  | { readonly type: 'timer'; readonly name: string }
  /** The user: change the media; re-INVITE, or UPDATE while early. Waits by itself while §14.1 forbids it. */
  | { readonly type: 'offer'; readonly sdp: string }
  /** The user: our answer to `offer`, or our offer after `offer wanted`. */
  | { readonly type: 'answer'; readonly sdp: string }
  | { readonly type: 'refuse offer'; readonly status: number; readonly headers?: readonly Header[] }
  /** The user: another request in the dialog (INFO, REFER, NOTIFY, MESSAGE, OPTIONS). */
  | {
      readonly type: 'send'
      readonly method: string
      readonly headers?: readonly Header[]
      readonly body?: string
      readonly contentType?: string
    }
  /** The user: credentials for `challenged`; without headers, the challenge counts as the refusal it is. */
  | { readonly type: 'authorize'; readonly cseq: number; readonly headers: readonly Header[] }
  /** The user: end it. `headers`: Reason (RFC 3326). */
  | { readonly type: 'bye'; readonly headers?: readonly Header[] }

export interface SessionStep {
  readonly session: Session
  readonly effects: readonly CallEffect[]
}

export const step = (session: Session, ...effects: readonly CallEffect[]): SessionStep => ({
  session,
  effects,
})

/** The second step after the first, with the effects of both. */
export function andThen(
  { session, effects }: SessionStep,
  next: (session: Session) => SessionStep,
): SessionStep {
  const after = next(session)
  return { session: after.session, effects: [...effects, ...after.effects] }
}
