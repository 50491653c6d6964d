import type { Ending } from '@ringdown/contract'

/** The final response to an INVITE that we do not answer (RFC 3261 §21), by why the call ended. The only such place. */
export function statusOfEnding(ending: Ending): number {
  switch (ending.reason) {
    case 'no-common-codec':
      return 488
    case 'shutdown':
      return 503
    case 'internal-error':
    case 'not-recovered':
      return 500
    case 'wait-limit':
    case 'media-lost':
    case 'stream-never-came':
      return 480
    case 'abandoned':
    case 'hung-up-by-caller':
    case 'hung-up-by-operator':
    case 'carrier-ended':
    case 'peer-unreachable':
    case 'no-ack':
    // Endings of calls that we make, whose INVITE is not ours to answer.
    case 'busy':
    case 'no-answer':
    case 'declined':
    case 'number-unknown':
    case 'carrier-failed':
    case 'credentials-refused':
    case 'canceled':
      return 487
  }
}
