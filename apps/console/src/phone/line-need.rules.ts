import type { OperatorStatus } from '@ringdown/contract'

const withLine: readonly OperatorStatus[] = ['available', 'ringing', 'on-call', 'wrap-up']

/** A page whose operator may be called, or talks, has a line, without a click: after a reload too. */
export function lineIsNeeded(args: { status: OperatorStatus | null; goingAvailable: boolean }): boolean {
  return args.goingAvailable || (args.status !== null && withLine.includes(args.status))
}
