import type { SipMessage, SipRequest, SipResponse } from '../message/message.ts'
import type { TimerName } from './timers.ts'

interface Common {
  /** TCP, TLS and WebSocket are reliable: nothing is sent again and waiting states end at once. */
  readonly reliable: boolean
  /** As sent (client) or received (server), Via included. */
  readonly request: SipRequest
}

/** RFC 3261 §17.1.1, with the Accepted of RFC 6026 §7.2. */
export type InviteClientState = Common & { readonly machine: 'INVITE client' } & (
    | { readonly name: 'calling'; readonly interval: number }
    | { readonly name: 'proceeding' }
    | { readonly name: 'completed'; readonly ack: SipRequest }
    | { readonly name: 'accepted' }
    | Terminated
  )

/** RFC 3261 §17.1.2. */
export type NonInviteClientState = Common & { readonly machine: 'non-INVITE client' } & (
    | { readonly name: 'trying'; readonly interval: number }
    | { readonly name: 'proceeding' }
    | { readonly name: 'completed' }
    | Terminated
  )

/** `unsent`: nothing has gone out yet; `last` is the 100 that waits for its timer. */
export type InviteServerState = Common & { readonly machine: 'INVITE server' } & (
    | { readonly name: 'proceeding'; readonly last: SipResponse; readonly unsent?: true }
    | { readonly name: 'completed'; readonly last: SipResponse; readonly interval: number }
    | { readonly name: 'confirmed' }
    | { readonly name: 'accepted' }
    | Terminated
  )

/** RFC 3261 §17.2.2. */
export type NonInviteServerState = Common & { readonly machine: 'non-INVITE server' } & (
    | { readonly name: 'trying' }
    | { readonly name: 'proceeding'; readonly last: SipResponse }
    | { readonly name: 'completed'; readonly last: SipResponse }
    | Terminated
  )

interface Terminated {
  readonly name: 'terminated'
}

/** Plain data: no functions, no handles. `snapshot` of the layer makes JSON of it. */
export type TransactionState =
  | InviteClientState
  | NonInviteClientState
  | InviteServerState
  | NonInviteServerState

/** What happens to a transaction: a message, a timer, an order of its user. */
export type TransactionInput =
  /** A response from the network, for client transactions. */
  | { readonly type: 'response'; readonly response: SipResponse }
  /** A retransmission from the network, or an ACK, for server transactions. */
  | { readonly type: 'request'; readonly request: SipRequest }
  /** The user's answer, for server transactions. */
  | { readonly type: 'respond'; readonly response: SipResponse }
  | { readonly type: 'timer'; readonly name: TimerName }
  | { readonly type: 'transport error' }

/** What a transaction tells its user (the TU of RFC 3261 §17). */
export type ToUser =
  | { readonly type: 'request'; readonly request: SipRequest }
  | { readonly type: 'response'; readonly response: SipResponse }
  | { readonly type: 'ack'; readonly request: SipRequest }
  | { readonly type: 'timeout' }
  | { readonly type: 'transport error' }

/** Why a transaction is over. */
export type TerminationReason = 'normal' | 'timeout' | 'transport error'

/** What a transaction wants done: a message sent, a timer started or stopped, its user told. */
export type TransactionEffect =
  | { readonly type: 'send'; readonly message: SipMessage; readonly again?: true }
  | { readonly type: 'to user'; readonly event: ToUser }
  | { readonly type: 'start timer'; readonly name: TimerName; readonly ms: number }
  | { readonly type: 'stop timer'; readonly name: TimerName }
  | { readonly type: 'terminated'; readonly reason: TerminationReason }
  /** The state does not expect this input: to be counted, nothing else happens. */
  | { readonly type: 'unexpected'; readonly input: TransactionInput['type'] }

/** The next state of a transaction, and what is to be done, in this order. */
export interface Step<S extends TransactionState = TransactionState> {
  readonly state: S
  readonly effects: readonly TransactionEffect[]
}

export const send = (message: SipMessage): TransactionEffect => ({ type: 'send', message })
export const sendAgain = (message: SipMessage): TransactionEffect => ({ type: 'send', message, again: true })
export const tellUser = (event: ToUser): TransactionEffect => ({ type: 'to user', event })
export const startTimer = (name: TimerName, ms: number): TransactionEffect => ({
  type: 'start timer',
  name,
  ms,
})
export const stopTimer = (name: TimerName): TransactionEffect => ({ type: 'stop timer', name })
export const terminated = (reason: TerminationReason): TransactionEffect => ({ type: 'terminated', reason })

/** The step that changes nothing but the count of unexpected inputs. */
export const unexpected = <S extends TransactionState>(state: S, input: TransactionInput): Step<S> => ({
  state,
  effects: [{ type: 'unexpected', input: input.type }],
})
