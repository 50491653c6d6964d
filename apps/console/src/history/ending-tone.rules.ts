import type { Ending } from '@ringdown/contract'

/** Good: they talked. Missed: the caller got nobody. Trouble: something on the way broke. */
export type EndingTone = 'good' | 'missed' | 'trouble'

export function endingTone(ending: Ending): EndingTone {
  if (ending.result === 'completed') return 'good'
  return ending.reason === 'abandoned' || ending.reason === 'wait-limit' ? 'missed' : 'trouble'
}
