import type { OperatorStatus } from '@ringdown/contract'

const withLine: readonly OperatorStatus[] = ['available', 'ringing', 'on-call', 'wrap-up']

/**
 * A page whose operator may be called, or talks, has a line, without a click: after a reload too. Whoever answers with a desk phone has
 * none.
 */
export function lineIsNeeded(args: {
  status: OperatorStatus | null
  atDesk: boolean
  goingAvailable: boolean
}): boolean {
  const { status, atDesk, goingAvailable } = args
  return goingAvailable || (!atDesk && status !== null && withLine.includes(status))
}
