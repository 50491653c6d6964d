import type { TransactionId } from '../layer/ports.ts'
import { createResponse } from '../message/build.ts'
import type { Header, SipRequest, SipResponse } from '../message/message.ts'
import type { CallEvent } from './events.ts'

/** Timers of a call; each runs at most once at a time. */
export type CallTimer =
  /** RFC 4028 §10. */
  | 'refresh'
  | 'expiry'
  /** RFC 3261 §14.1 and §14.2: our offer once more. */
  | 'offer again'
  /** RFC 3262 §3. */
  | 'provisional'
  | 'provisional limit'
  /** RFC 3261 §13.3.1.1: a provisional response every minute. */
  | 'still ringing'
  /** RFC 3261 §13.3.1: the Expires of an INVITE. */
  | 'invite expires'

/** What is to be done after a step, in order. `createCallAgent` does it with a transaction layer. */
export type CallEffect =
  /** In a new client transaction, to its `nextHop`; with this branch, if one is named. */
  | { readonly type: 'send request'; readonly request: SipRequest; readonly branch?: string }
  /** With `layer.acknowledge`, for the INVITE with its CSeq number. */
  | { readonly type: 'send ack'; readonly request: SipRequest }
  /** With `layer.cancel`, for the INVITE with this CSeq number. */
  | { readonly type: 'cancel'; readonly cseq: number; readonly headers: readonly Header[] }
  | { readonly type: 'respond'; readonly id: TransactionId; readonly response: SipResponse }
  | { readonly type: 'start timer'; readonly name: CallTimer; readonly ms: number }
  /** After a random time from..to, in steps of 10 ms. */
  | {
      readonly type: 'start random timer'
      readonly name: CallTimer
      readonly fromMs: number
      readonly toMs: number
    }
  | { readonly type: 'stop timer'; readonly name: CallTimer }
  | { readonly type: 'tell'; readonly event: CallEvent }
  /** The state does not expect this input: to be counted, nothing else happens. */
  | { readonly type: 'unexpected'; readonly input: string }

export const sendRequest = (request: SipRequest, branch?: string): CallEffect => ({
  type: 'send request',
  request,
  ...(branch === undefined ? {} : { branch }),
})
export const sendAck = (request: SipRequest): CallEffect => ({ type: 'send ack', request })
export const respond = (id: TransactionId, response: SipResponse): CallEffect => ({
  type: 'respond',
  id,
  response,
})
export const startTimer = (name: CallTimer, ms: number): CallEffect => ({ type: 'start timer', name, ms })
export const stopTimer = (name: CallTimer): CallEffect => ({ type: 'stop timer', name })
export const tell = (event: CallEvent): CallEffect => ({ type: 'tell', event })
export const unexpected = (input: { readonly type: string }): CallEffect => ({
  type: 'unexpected',
  input: input.type,
})

/**
 * The answer a request counts as having got when none came: 408 after a timeout, 503 after a transport error
 * (RFC 3261 §8.1.3.1). Never sent.
 */
export const localAnswer = (request: SipRequest, status: 408 | 503): SipResponse =>
  createResponse(request, status)
