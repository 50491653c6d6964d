import type { TransactionId } from '../layer/ports.ts'
import { createResponse } from '../message/build.ts'
import { eventOf, subscriptionStateOf } from '../message/fields/events.ts'
import type { Replaces } from '../message/fields/transfer.ts'
import { header } from '../message/header-names.ts'
import type { Header, SipRequest, SipResponse } from '../message/message.ts'
import { type CallEffect, respond } from '../session/effects.ts'
import { sipfragStatusOf } from './sipfrag.ts'

/** A transfer that we asked the peer for (RFC 3515). Plain data. */
export interface Transfer {
  readonly state: 'asked' | 'accepted' | 'done'
  /** CSeq number of our REFER, once it is known. */
  readonly id?: number
}

/** What came of a REFER: its answer, and what NOTIFY told (RFC 3515 §2.4.4). */
export type TransferNews =
  /** The peer tries; 100 to 199. */
  | { readonly type: 'progress'; readonly status: number }
  | { readonly type: 'succeeded' }
  /** 0: the peer will not say (RFC 4488), or ended the subscription without a word. */
  | { readonly type: 'failed' | 'unknown'; readonly status: number }

/** The next state of a transfer, and what is new. */
export interface TransferStep {
  readonly transfer: Transfer
  readonly news?: TransferNews
  readonly effects: readonly CallEffect[]
}

/** A transfer that was just asked for by REFER (RFC 3515 §2.4.1). */
export const startTransfer: Transfer = { state: 'asked' }

const REPLACES_IN_URI = /[^A-Za-z0-9\-_.!~*'()]/g
const escapeHeader = (text: string): string => text.replace(REPLACES_IN_URI, char => encodeURIComponent(char))

/**
 * The REFER for `send`: to `target`, and for an attended transfer in place of the dialog that the target has with us, named
 * as the target counts tags (RFC 5589 §7). `norefersub` asks for no NOTIFYs (RFC 4488).
 */
export function referOrder(order: {
  readonly target: string
  readonly replaces?: Replaces
  readonly referredBy?: string
  readonly norefersub?: boolean
}) {
  const { target, replaces, referredBy, norefersub } = order
  const value = replaces && `${replaces.callId};to-tag=${replaces.toTag};from-tag=${replaces.fromTag}`
  const uri = value === undefined ? target : `${target}?Replaces=${escapeHeader(value)}`
  const headers: readonly Header[] = [
    { name: 'Refer-To', value: `<${uri}>` },
    ...(referredBy === undefined ? [] : [{ name: 'Referred-By', value: `<${referredBy}>` }]),
    ...(norefersub ? [{ name: 'Refer-Sub', value: 'false' }] : []),
  ]
  return { type: 'send', method: 'REFER', headers } as const
}

/** The final answer to our REFER, from the `reply` event. */
export function referAnswered(
  transfer: Transfer,
  { cseq, response }: { readonly cseq: number; readonly response: SipResponse },
): TransferStep {
  if (transfer.state === 'done') return { transfer, effects: [] }
  const done: Transfer = { state: 'done', id: cseq }
  if (response.status >= 300)
    return { transfer: done, news: { type: 'failed', status: response.status }, effects: [] }
  // RFC 4488 §4: with `Refer-Sub: false` in the 2xx nothing more will be said.
  if (/^false\b/i.test(header(response, 'refer-sub') ?? ''))
    return { transfer: done, news: { type: 'unknown', status: 0 }, effects: [] }
  return { transfer: { state: 'accepted', id: cseq }, effects: [] }
}

/** Whether a NOTIFY is about this transfer (RFC 3515 §2.4.6); it may overtake the answer to the REFER. */
export function isAboutTransfer({ id }: Transfer, request: SipRequest): boolean {
  const event = eventOf(request)
  if (request.method !== 'NOTIFY' || event?.package !== 'refer') return false
  return event.id === undefined || id === undefined || event.id === String(id)
}

/** A NOTIFY about this transfer, from the `request` event: it is answered, and its news told. */
export function transferNotified(
  transfer: Transfer,
  { id, request }: { readonly id: TransactionId; readonly request: SipRequest },
): TransferStep {
  const subscription = subscriptionStateOf(request)
  const status = sipfragStatusOf(request)
  // RFC 6665 §8.2.3: Subscription-State is mandatory; RFC 3515 §2.4.5: so is the sipfrag.
  if (subscription === undefined || (status === undefined && subscription.state !== 'terminated'))
    return { transfer, effects: [respond(id, createResponse(request, 400))] }
  const effects = [respond(id, createResponse(request, 200))]
  if (transfer.state === 'done') return { transfer, effects }
  const isOver = subscription.state === 'terminated' || (status ?? 0) >= 200
  const news = newsOf(status, subscription.state === 'terminated')
  return { transfer: isOver ? { ...transfer, state: 'done' } : transfer, news, effects }
}

function newsOf(status: number | undefined, isTerminated: boolean): TransferNews {
  if (status !== undefined && status >= 200)
    return status < 300 ? { type: 'succeeded' } : { type: 'failed', status }
  return isTerminated ? { type: 'unknown', status: status ?? 0 } : { type: 'progress', status: status ?? 100 }
}
