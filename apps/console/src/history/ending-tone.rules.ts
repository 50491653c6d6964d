import type { Ending, EndingReason } from '@ringdown/contract'

/** Good: they talked. Missed: the caller got nobody, or we got nobody. Trouble: something on the way broke. */
export type EndingTone = 'good' | 'missed' | 'trouble'

export function endingTone(ending: Ending): EndingTone {
  if (ending.result === 'completed') return 'good'
  return gotNobody.has(ending.reason) ? 'missed' : 'trouble'
}

const gotNobody: ReadonlySet<EndingReason> = new Set([
  'abandoned',
  'wait-limit',
  'busy',
  'no-answer',
  'declined',
  'canceled',
])
