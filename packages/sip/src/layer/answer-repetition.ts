import type { SipResponse } from '../message/message.ts'
import { T1, T2 } from '../transaction/timers.ts'

/** Our 2xx to an INVITE until its ACK comes (RFC 3261 §13.3.1.4). Plain data. */
export interface AnswerRepetition {
  readonly response: SipResponse
  /** ms until the next repetition. */
  readonly interval: number
  readonly acknowledged: boolean
}

export const startRepetition = (response: SipResponse): AnswerRepetition => ({
  response,
  interval: T1,
  acknowledged: false,
})

// RFC 3261 §13.3.1.4: at T1, doubled up to T2, over every transport, because the next hop may be an unreliable one.
export const repeated = (repetition: AnswerRepetition): AnswerRepetition => ({
  ...repetition,
  interval: Math.min(repetition.interval * 2, T2),
})
