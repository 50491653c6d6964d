import type { ActiveCallView, DialProgress } from '@ringdown/contract'

/** Where a call stands, in the words of the page: a call of ours is calling, ringing or heard early before it is answered. */
export type CallPhase = Exclude<ActiveCallView['state'], 'dialing'> | DialProgress

export function phaseOf({ state, progress }: Pick<ActiveCallView, 'state' | 'progress'>): CallPhase {
  return state === 'dialing' ? (progress ?? 'calling') : state
}
