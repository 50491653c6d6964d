import type { TransactionId } from '../layer/ports.ts'
import type { Header, SipRequest } from '../message/message.ts'
import type { ProvisionalSender } from '../reliable/provisional-sender.ts'
import type { CallEffect } from '../session/effects.ts'
import type { CallOutcome } from '../session/ending-reasons.ts'
import type { HeldRequest } from '../session/held-request.ts'
import type { SessionProfile } from '../session/profile.ts'
import type { Session, SessionInput } from '../session/session.ts'

/** A call to us, from its INVITE on. Plain JSON like `Session`. */
export interface Incoming {
  readonly version: 1
  readonly kind: 'incoming'
  /** `answered`: our 2xx is out; the session goes on by itself. */
  readonly phase: 'ringing' | 'answered' | 'over'
  readonly invite: HeldRequest
  readonly session: Session
  readonly provisionals: ProvisionalSender
  /** RFC 3262 §3: whether provisional responses may or must be reliable. */
  readonly reliability: 'required' | 'supported' | 'none'
  readonly ringing?: number
  /** Our answer that waits for a PRACK. */
  readonly waitingAnswer?: string
  /** The ACK for the first 2xx came. */
  readonly isAcknowledged: boolean
}

/** What a call of ours is to be. URIs and header values as on the wire; `offer` is SDP. */
export interface OutgoingOrder {
  readonly target: string
  /** name-addr without tag. */
  readonly from: string
  readonly to: string
  readonly callId: string
  readonly localTag: string
  /** Route values in order (outbound proxy). */
  readonly routes?: readonly string[]
  /** Identity, Privacy, Replaces and the like. */
  readonly headers?: readonly Header[]
  readonly offer: string
  /** How many other targets a 3xx may send us to (RFC 3261 §8.1.3.4); default 0: none. */
  readonly redirects?: number
  /** 0 to 255, one less than in the call that this one continues (RFC 7332); default 70. */
  readonly maxForwards?: number
  /**
   * What the branches of its INVITEs begin with: letters and digits, unguessable and unique. A call that has one is said
   * again in the same transaction by the process that takes it up before it was answered.
   */
  readonly branch?: string
  /** Tells `unreached` where nobody answers for the target, instead of giving the call up (RFC 3263 §4.3). */
  readonly failsOver?: boolean
}

/** One of the dialogs that a forked INVITE may make before its 2xx (RFC 3261 §12.1, §13.2.2.4). */
export interface EarlyDialog {
  readonly session: Session
  /** RSeq last acknowledged. */
  readonly rseq?: number
  /** A description of an unreliable response: heard already, binding only with the 2xx. */
  readonly preview?: string
}

/** A URI that an INVITE is sent to: the dialled one, or one of a 3xx (RFC 3261 §8.1.3.4). */
export interface Target {
  readonly uri: string
  /** 0 to 1. */
  readonly q: number
}

/** A call of ours, from its INVITE on, over redirections, challenges and forks. Plain JSON like `Session`. */
export interface Outgoing {
  readonly version: 1
  readonly kind: 'outgoing'
  /** `paused`: no INVITE is out, credentials, a timer or another target are waited for. `cancelling`: the user has been told `ended`. */
  readonly phase: 'calling' | 'paused' | 'cancelling' | 'answered' | 'over'
  readonly order: OutgoingOrder
  readonly profile: SessionProfile
  /** The Request-URI and CSeq number of the INVITE that is out, and its credentials. */
  readonly target: string
  readonly cseq: number
  readonly credentials: readonly Header[]
  readonly challenged?: number
  /** The status that nobody's answer counts as, while the user looks for another way. */
  readonly unreached?: number
  readonly challenges: number
  readonly retries: number
  readonly minSe: number
  /** RFC 3261 §12.1.2: one for each To tag. */
  readonly early: readonly EarlyDialog[]
  /** The one that answered first. */
  readonly session?: Session
  readonly targets: readonly Target[]
  readonly tried: readonly string[]
}

/** A call of either direction, whole: plain JSON, to be stored after any step. */
export type Call = Incoming | Outgoing

/** What happens to a call: from the network, from its timers, or by order of its owner. */
export type CallInput =
  | Exclude<SessionInput, { type: 'bye' }>
  /** From the layer: the peer cancels this INVITE of its. */
  | { readonly type: 'cancelled'; readonly id: TransactionId; readonly cancel: SipRequest }
  /** Incoming, the user: 180 to 183. `reliable` asks for RFC 3262 where the caller supports it (it is used anyway where required). */
  | {
      readonly type: 'progress'
      readonly status: number
      readonly sdp?: string
      readonly reliable?: boolean
    }
  /**
   * The user, after `unreached`: the same call there, by another flow or target. Without a target it is given up. `offer` and
   * `profile` where they name another address of ours than before.
   */
  | {
      readonly type: 'try'
      readonly target?: string
      readonly routes?: readonly string[]
      readonly offer?: string
      readonly profile?: SessionProfile
    }
  /**
   * The user, of an order that `failsOver`: nothing at all was heard in answer to the INVITE with this CSeq number, and somebody else
   * is there to be called. It counts as unanswered before Timer B, tells `unreached`, and is cancelled should it arrive yet.
   */
  | { readonly type: 'move on'; readonly cseq: number }
  /**
   * The user: end the call, however far it has come. Incoming and unanswered: `status` (default 480). Outgoing and
   * unanswered: CANCEL, and `outcome` (default `canceled`) is what `ended` says. `headers`: Reason.
   */
  | {
      readonly type: 'hang up'
      readonly status?: number
      readonly outcome?: Extract<CallOutcome, 'canceled' | 'no-answer'>
      readonly headers?: readonly Header[]
    }

/** The next call, and what is to be done, in this order. */
export interface CallStep<C extends Call = Call> {
  readonly call: C
  readonly effects: readonly CallEffect[]
}
