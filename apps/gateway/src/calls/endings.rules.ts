import type { Ending } from '@ringdown/contract'
import type { LegEndCause } from '../legs/leg.port.ts'

/** What the end of the caller's leg means, depending on whether someone had answered. */
export function endingOfLeg(cause: LegEndCause, talked: boolean): Ending {
  switch (cause) {
    case 'far end hung up':
      return talked
        ? { result: 'completed', reason: 'hung-up-by-caller' }
        : { result: 'caller', reason: 'abandoned' }
    case 'carrier ended':
      return { result: talked ? 'completed' : 'upstream', reason: 'carrier-ended' }
    case 'no ack':
      return { result: 'upstream', reason: 'no-ack' }
    case 'unreachable':
      return { result: 'upstream', reason: 'peer-unreachable' }
    case 'stream never came':
      return { result: 'upstream', reason: 'stream-never-came' }
    case 'busy':
      return { result: 'caller', reason: 'busy' }
    case 'no answer':
      return noAnswer
    case 'declined':
      return { result: 'caller', reason: 'declined' }
    case 'no such number':
      return { result: 'upstream', reason: 'number-unknown' }
    case 'carrier failed':
      return { result: 'upstream', reason: 'carrier-failed' }
    case 'credentials refused':
      return { result: 'upstream', reason: 'credentials-refused' }
    case 'canceled':
      return canceled
  }
}

export const noAnswer: Ending = { result: 'caller', reason: 'no-answer' }
export const canceled: Ending = { result: 'operator', reason: 'canceled' }
export const hungUpByOperator: Ending = { result: 'completed', reason: 'hung-up-by-operator' }
export const waitLimit: Ending = { result: 'internal', reason: 'wait-limit' }
export const mediaLost: Ending = { result: 'upstream', reason: 'media-lost' }
export const streamNeverCame: Ending = { result: 'upstream', reason: 'stream-never-came' }
export const shutdown: Ending = { result: 'internal', reason: 'shutdown' }
export const internalError: Ending = { result: 'internal', reason: 'internal-error' }
export const notRecovered: Ending = { result: 'internal', reason: 'not-recovered' }
