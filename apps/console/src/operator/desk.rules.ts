import type { OperatorView } from '@ringdown/contract'

/** Whoever has no desk phone is not asked; whoever answers with one can always go back. */
export function offersLineChoice({ deskPhone }: Pick<OperatorView, 'deskPhone'>): boolean {
  return deskPhone.answers || deskPhone.registered > 0
}

/** Calls that have begun stay where they are: the gateway refuses another choice until they are over. */
export function mayChooseLine(view: Pick<OperatorView, 'operator' | 'offer' | 'active'>): boolean {
  return view.offer === null && view.active === null && !['ringing', 'on-call'].includes(view.operator.status)
}

/** Calls should ring at a desk phone, and none can be reached: they ring nowhere. */
export function missesDeskPhone({ deskPhone }: Pick<OperatorView, 'deskPhone'>): boolean {
  return deskPhone.answers && deskPhone.registered === 0
}
