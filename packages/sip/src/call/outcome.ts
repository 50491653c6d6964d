import type { SipResponse } from '../message/message.ts'
import { type CallEnding, type CallOutcome, q850Of } from '../session/ending-reasons.ts'

type Reading = readonly [outcome: CallOutcome, text: string]

const UNKNOWN_NUMBER: Reading = ['failed', 'The number does not exist.']
const BUSY: Reading = ['busy', 'The line is busy.']
const DECLINED: Reading = ['busy', 'The call was declined.']
const NO_ANSWER: Reading = ['no-answer', 'Nobody answered.']
const UNREACHABLE: Reading = ['no-answer', 'The phone cannot be reached now.']
const CONGESTED: Reading = ['failed', 'The network is congested.']
const FORBIDDEN: Reading = ['failed', 'The carrier refused the call.']
const NO_CODEC: Reading = ['failed', 'The two ends have no audio format in common.']
const CARRIER_FAILED: Reading = ['failed', 'The carrier had an error.']

// RFC 3261 §21.
const BY_STATUS: Readonly<Record<number, Reading>> = {
  401: ['failed', 'The carrier did not accept our credentials.'],
  402: ['failed', 'The carrier wants payment.'],
  403: FORBIDDEN,
  404: UNKNOWN_NUMBER,
  407: ['failed', 'The carrier did not accept our credentials.'],
  408: NO_ANSWER,
  410: UNKNOWN_NUMBER,
  415: NO_CODEC,
  480: UNREACHABLE,
  484: ['failed', 'The number is incomplete.'],
  486: BUSY,
  487: NO_ANSWER,
  488: NO_CODEC,
  503: ['failed', 'The carrier is not available.'],
  504: ['failed', 'The carrier did not answer in time.'],
  600: BUSY,
  603: DECLINED,
  604: UNKNOWN_NUMBER,
  606: NO_CODEC,
  607: ['busy', 'The call was refused as unwanted.'],
  608: ['failed', 'The call was blocked on its way.'],
}

// ITU-T Q.850; what the telephone network says is closer to the truth than the status it was translated to.
const BY_CAUSE: Readonly<Record<number, Reading>> = {
  1: UNKNOWN_NUMBER,
  17: BUSY,
  18: NO_ANSWER,
  19: NO_ANSWER,
  20: UNREACHABLE,
  21: DECLINED,
  22: UNKNOWN_NUMBER,
  27: UNREACHABLE,
  28: ['failed', 'The number is incomplete.'],
  34: CONGESTED,
  42: CONGESTED,
}

/** What a final answer of 300 to 699 means for the one who called (RFC 3261 §21, Q.850 in Reason: RFC 6432). */
export function notAnswered(response: SipResponse): Extract<CallEnding, { type: 'not answered' }> {
  const { status } = response
  const cause = q850Of(response)
  const [outcome, text] =
    (cause === undefined ? undefined : BY_CAUSE[cause]) ?? BY_STATUS[status] ?? ofClass(status)
  return { type: 'not answered', outcome, status, text, ...(cause === undefined ? {} : { cause }) }
}

const ofClass = (status: number): Reading =>
  status >= 600 ? DECLINED : status >= 500 ? CARRIER_FAILED : status >= 400 ? FORBIDDEN : MOVED
const MOVED: Reading = ['failed', 'The number has moved.']

/** A call that we gave up before its answer. */
export const gaveUp = (outcome: 'canceled' | 'no-answer'): CallEnding => ({
  type: 'not answered',
  outcome,
  status: 0,
  text: outcome === 'canceled' ? 'The call was canceled.' : NO_ANSWER[1],
})
