import type { Ending, EndingReason, RecentCallView } from '@ringdown/contract'

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

/** The key of an ending's words: where we called, whoever is outside is no caller. */
export function endingWords({
  direction,
  ending: { reason },
}: Pick<RecentCallView, 'direction' | 'ending'>): EndingReason | 'hung-up-outside' {
  return direction === 'out' && reason === 'hung-up-by-caller' ? 'hung-up-outside' : reason
}
