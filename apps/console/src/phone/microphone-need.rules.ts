import type { OperatorView } from '@ringdown/contract'
import { isAtDesk } from './at-desk.rules.ts'

/**
 * `ready`: open, but nothing is sent, so that accepting costs no time. `sending`: a call is there.
 * Outside calls the microphone is closed, and the browser's recording light is off.
 */
export type MicrophoneNeed = 'closed' | 'ready' | 'sending'

export function microphoneNeed(args: { view: OperatorView | null; accepted: string | null }): MicrophoneNeed {
  const { view, accepted } = args
  if (isAtDesk(view)) return 'closed'
  if (view?.active && view.active.state !== 'wrapping') return 'sending'
  if (view?.offer) return view.offer.call === accepted ? 'sending' : 'ready'
  return 'closed'
}

/** Whether the open microphone lets sound through: never while the caller is on hold, whatever the gateway does with it. */
export function microphoneIsLive(args: { view: OperatorView | null; muted: boolean }): boolean {
  return !args.muted && args.view?.active?.state !== 'held'
}
