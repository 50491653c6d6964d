import { z } from 'zod'

/** Who brought a call to its end. Every call ends with exactly one. `caller` is the person outside, also where we called them. */
export const endingResult = z.enum(['completed', 'caller', 'operator', 'upstream', 'internal'])
export type EndingResult = z.infer<typeof endingResult>

/**
 * Why a call ended: a closed list. Carrier statuses and SIP statuses map to it in one place each.
 *
 * - `hung-up-by-caller`, `hung-up-by-operator`: after they talked (result `completed`).
 * - `abandoned`: the caller hung up before anyone answered (result `caller`).
 * - `wait-limit`: nobody answered within the queue's limit; the caller heard a goodbye.
 * - `no-common-codec`: the offer held no codec that we speak.
 * - `carrier-ended`: the carrier reported the end without saying who hung up.
 * - `stream-never-came`: the carrier took our instructions but opened no stream in time.
 * - `media-lost`: the caller's audio path broke and did not come back in time.
 * - `peer-unreachable`: our requests inside the call were not answered (408, 481).
 * - `no-ack`: our answer was never acknowledged (RFC 3261 §13.3.1.4).
 * - `busy`, `no-answer`, `declined`: the person whom we called did not take the call (result `caller`).
 * - `number-unknown`: the carrier says that the number we called does not exist or is not in use.
 * - `carrier-failed`: the carrier could not or would not bring our call through.
 * - `credentials-refused`: the carrier did not accept the trunk's user name and password.
 * - `canceled`: the operator hung up, or their page went away, before the person whom we called answered (result `operator`).
 * - `shutdown`: the gateway was stopped and the call did not finish within the limit.
 * - `not-recovered`: the gateway was restarted and could not read what it had stored of the call.
 * - `internal-error`: a defect; the log has the details without personal data.
 */
export const endingReason = z.enum([
  'hung-up-by-caller',
  'hung-up-by-operator',
  'abandoned',
  'wait-limit',
  'no-common-codec',
  'carrier-ended',
  'stream-never-came',
  'media-lost',
  'peer-unreachable',
  'no-ack',
  'busy',
  'no-answer',
  'declined',
  'number-unknown',
  'carrier-failed',
  'credentials-refused',
  'canceled',
  'shutdown',
  'not-recovered',
  'internal-error',
])
export type EndingReason = z.infer<typeof endingReason>

export const ending = z.object({ result: endingResult, reason: endingReason })
export type Ending = z.infer<typeof ending>

/** What became of a call that we made. */
export const outgoingStatus = z.enum(['completed', 'busy', 'no-answer', 'canceled', 'failed'])
export type OutgoingStatus = z.infer<typeof outgoingStatus>

/** The short word for the ending of a call that we made; the ending itself has the readable reason. */
export function outgoingStatusOf(ending: Ending): OutgoingStatus {
  if (ending.result === 'completed') return 'completed'
  switch (ending.reason) {
    case 'busy':
    case 'no-answer':
    case 'canceled':
      return ending.reason
    case 'declined':
      return 'busy'
    default:
      return 'failed'
  }
}
