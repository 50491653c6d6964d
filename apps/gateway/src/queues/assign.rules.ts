import type { CallState } from '../calls/index.ts'

export type WaitingCall = Extract<CallState, { type: 'queued' | 'offered' }>

/** First come, first served (FEATURES RT-5 without priorities): by the moment they began to wait, then by arrival. */
export function inOrder(calls: readonly CallState[]): WaitingCall[] {
  return calls
    .filter((call): call is WaitingCall => call.type === 'queued' || call.type === 'offered')
    .sort((a, b) => a.queuedAt - b.queuedAt || a.facts.arrivedAt - b.facts.arrivedAt)
}

/** Operators who are not asked for this call: they passed it a moment ago, or it rings them already. */
export function notAsked(call: WaitingCall, now: number): string[] {
  const passed = call.passed.filter(p => p.until > now).map(p => p.operator)
  const ringing = call.type === 'offered' ? call.offers.map(o => o.operator) : []
  return [...passed, ...ringing]
}

/**
 * Whether a waiting caller has anyone to wait for: somebody who can be rung now, or who has a call that will be over.
 * Someone available whose page or line is gone does not count.
 */
export function isStaffed(operators: readonly { status: string; lineWarm: boolean }[]): boolean {
  return operators.some(o =>
    o.status === 'available' ? o.lineWarm : o.status !== 'offline' && o.status !== 'on-break',
  )
}
