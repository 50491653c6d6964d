import type { Header, SipResponse } from '../message/message.ts'
import { rseqOf, wantsPrack } from './headers.ts'

/** What to do with a provisional response (RFC 3262 §4). `last`: the RSeq last acknowledged in this early dialog. */
export type ProvisionalVerdict =
  | { readonly type: 'unreliable' }
  /** In order: acknowledge it. */
  | { readonly type: 'acknowledge'; readonly rseq: number }
  /** A repetition, or one before its turn: neither acknowledged nor shown. */
  | { readonly type: 'drop' }

export function judgeProvisional(response: SipResponse, last: number | undefined): ProvisionalVerdict {
  const rseq = rseqOf(response)
  if (rseq === undefined || !wantsPrack(response)) return { type: 'unreliable' }
  // RFC 3262 §4: the first RSeq starts the count; afterwards only the next one is taken.
  return last === undefined || rseq === last + 1 ? { type: 'acknowledge', rseq } : { type: 'drop' }
}

/** RAck for the PRACK to a response of the INVITE with this CSeq number. */
export const rackHeader = (rseq: number, cseq: number): Header => ({
  name: 'RAck',
  value: `${rseq} ${cseq} INVITE`,
})
