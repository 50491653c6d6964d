import type { TransactionId } from '../layer/ports.ts'
import type { SipRequest, SipResponse } from '../message/message.ts'
import type { CallEnding } from './ending-reasons.ts'

/** What a call tells its user. */
export type CallEvent =
  /** Outgoing: a 180 to 189 came, from this early dialog. `sdp`: early media, to be heard; the last one counts. */
  | { readonly type: 'progress'; readonly status: number; readonly remoteTag: string; readonly sdp?: string }
  /** Outgoing: the far end answered; the ACK is out. */
  | { readonly type: 'answered'; readonly sdp: string }
  /** Incoming: the ACK for our 2xx came. */
  | { readonly type: 'acknowledged' }
  /** The peer's offer: give `answer` or `refuse offer`. For a new incoming call: `answer` or `refuse`. */
  | { readonly type: 'offer'; readonly sdp: string }
  /** The peer wants an offer of ours: give it with `answer`. */
  | { readonly type: 'offer wanted' }
  /** The peer's answer to our offer: it is in force. */
  | { readonly type: 'offer accepted'; readonly sdp: string }
  /** Our offer was refused; what was agreed before stays (RFC 3261 §14.1). */
  | { readonly type: 'offer refused'; readonly status: number }
  /** A request for the user: answer it with `layer.respond`. INFO, REFER, NOTIFY, MESSAGE. */
  | { readonly type: 'request'; readonly id: TransactionId; readonly request: SipRequest }
  /** The final answer to a request that was given with `send`. */
  | {
      readonly type: 'reply'
      readonly method: string
      readonly cseq: number
      readonly response: SipResponse
    }
  /** Credentials are asked for: give `authorize` with Authorization or Proxy-Authorization for this method and URI. */
  | {
      readonly type: 'challenged'
      readonly method: string
      readonly uri: string
      readonly cseq: number
      readonly response: SipResponse
    }
  /** Outgoing, where the order asked for it: nobody answered for the target (408 or 503): give `try`. */
  | { readonly type: 'unreached'; readonly cseq: number; readonly response: SipResponse }
  /** The call is over for its user. Once. */
  | { readonly type: 'ended'; readonly ending: CallEnding }
  /** Nothing more will come or be sent: forget the call. Once, after `ended`. */
  | { readonly type: 'over' }
