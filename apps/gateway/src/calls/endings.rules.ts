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
  }
}

export const hungUpByOperator: Ending = { result: 'completed', reason: 'hung-up-by-operator' }
export const waitLimit: Ending = { result: 'internal', reason: 'wait-limit' }
export const mediaLost: Ending = { result: 'upstream', reason: 'media-lost' }
export const streamNeverCame: Ending = { result: 'upstream', reason: 'stream-never-came' }
export const shutdown: Ending = { result: 'internal', reason: 'shutdown' }
export const internalError: Ending = { result: 'internal', reason: 'internal-error' }
export const notRecovered: Ending = { result: 'internal', reason: 'not-recovered' }
