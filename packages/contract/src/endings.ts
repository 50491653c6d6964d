import { z } from 'zod'

/** Who brought a call to its end. Every call ends with exactly one. */
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
  'shutdown',
  'not-recovered',
  'internal-error',
])
export type EndingReason = z.infer<typeof endingReason>

export const ending = z.object({ result: endingResult, reason: endingReason })
export type Ending = z.infer<typeof ending>
