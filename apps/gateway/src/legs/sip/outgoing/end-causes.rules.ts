import type { CallEnding } from '@ringdown/sip'
import type { LegEndCause } from '../../leg.port.ts'

// RFC 3261 §21; what is not named goes by its class.
const byStatus: Readonly<Record<number, LegEndCause>> = {
  401: 'credentials refused',
  402: 'carrier failed',
  404: 'no such number',
  405: 'carrier failed',
  406: 'carrier failed',
  407: 'credentials refused',
  408: 'no answer',
  410: 'no such number',
  415: 'carrier failed',
  420: 'carrier failed',
  421: 'carrier failed',
  422: 'carrier failed',
  480: 'no answer',
  481: 'carrier failed',
  482: 'carrier failed',
  483: 'carrier failed',
  484: 'no such number',
  486: 'busy',
  487: 'no answer',
  488: 'carrier failed',
  600: 'busy',
  604: 'no such number',
  606: 'carrier failed',
}

// ITU-T Q.850, as a Reason header tells it (RFC 6432): closer to the truth than the status that it was turned into.
const byQ850: Readonly<Record<number, LegEndCause>> = {
  1: 'no such number',
  17: 'busy',
  18: 'no answer',
  19: 'no answer',
  20: 'no answer',
  21: 'declined',
  22: 'no such number',
  27: 'no answer',
  28: 'no such number',
  34: 'carrier failed',
  42: 'carrier failed',
}

const ofClass = (status: number): LegEndCause =>
  (status >= 400 && status < 500) || status >= 600 ? 'declined' : 'carrier failed'

/** Why a call of ours ended, in the words of the port. */
export function causeOf(ending: CallEnding): LegEndCause {
  switch (ending.type) {
    case 'not answered':
      return notAnswered(ending)
    case 'bye':
      return ending.by === 'peer' ? 'far end hung up' : 'canceled'
    case 'lost':
      return lost[ending.cause]
    // Of calls to us only.
    case 'abandoned':
    case 'refused':
      return 'canceled'
  }
}

const lost = {
  'no ack': 'no ack',
  gone: 'unreachable',
  expired: 'unreachable',
  // They answered with nothing that could be heard.
  'no session': 'carrier failed',
} as const satisfies Record<Extract<CallEnding, { type: 'lost' }>['cause'], LegEndCause>

function notAnswered({ outcome, status, cause }: Extract<CallEnding, { type: 'not answered' }>): LegEndCause {
  if (outcome === 'canceled') return 'canceled'
  if (status === 0) return outcome === 'no-answer' ? 'no answer' : 'carrier failed'
  return (cause === undefined ? undefined : byQ850[cause]) ?? byStatus[status] ?? ofClass(status)
}
