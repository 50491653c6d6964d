import type { OperatorView } from '@ringdown/contract'

/**
 * Whether calls ring, and the active one is talked on, at this operator's desk phone: nothing of it is heard or said in the browser. A
 * call of ours is always on the browser's line.
 */
export function isAtDesk(view: Pick<OperatorView, 'deskPhone' | 'active'> | null): boolean {
  return view?.deskPhone.answers === true && view.active?.direction !== 'out'
}
