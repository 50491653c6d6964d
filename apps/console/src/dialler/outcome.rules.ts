import type { EndingReason, OperatorView } from '@ringdown/contract'

/** Endings that have a sentence of their own; the others are told by what the history says of them. */
const ownWords = [
  'busy',
  'no-answer',
  'declined',
  'number-unknown',
  'carrier-failed',
  'credentials-refused',
] as const
export type OutcomeWords = (typeof ownWords)[number] | 'other'

export function outcomeWords(reason: EndingReason): OutcomeWords {
  return ownWords.find(known => known === reason) ?? 'other'
}

/** Which call of ours is waited for: it rings, and nobody has answered. */
export function dialledIn(view: OperatorView | null): string | null {
  return view?.active?.state === 'dialing' ? view.active.call : null
}

/** Why a call of ours that is over was not answered; undefined while that is not told yet, null where there is nothing to say. */
export function outcomeOf(view: OperatorView, call: string): EndingReason | null | undefined {
  if (view.active?.call === call) return null
  const record = view.recent.find(one => one.call === call)
  if (!record) return undefined
  // Who hung up themselves knows it.
  return record.answeredAt !== null || record.ending.reason === 'canceled' ? null : record.ending.reason
}
