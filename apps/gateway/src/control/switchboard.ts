import type { Calls, Change } from '../calls/index.ts'
import type { Lines } from '../legs/browser/index.ts'
import type { createBoards, createHub } from '../live/index.ts'
import type { Metrics } from '../operations/index.ts'
import type { Dispatch } from '../queues/index.ts'

export type SwitchboardNeeds = {
  calls: Calls
  dispatch: Dispatch
  lines: Lines
  hub: ReturnType<typeof createHub>
  boards: ReturnType<typeof createBoards>
  metrics: Metrics
}

/** Inputs after which someone may be free, or may be asked again, without the call's state being another one. */
const freeing: ReadonlySet<Change['input']['type']> = new Set([
  'declined',
  'offer withdrawn',
  'timer',
  'recovered',
  'offers made',
])

/** What follows from a call's changes elsewhere: offers, busy lines, pages, metrics. */
export function connectSwitchboard(needs: SwitchboardNeeds): void {
  const { calls, dispatch, lines, hub, boards, metrics } = needs
  calls.onChange(change => {
    const { before, after, input } = change
    const { organization, call, caller, leg, media } = after.facts
    if (input.type === 'arrived') metrics.callsArrived.inc({ leg: leg.kind })
    const isOver = after.type === 'wrapping' || after.type === 'ended'
    const wasOver = before?.type === 'wrapping' || before?.type === 'ended'
    if (isOver && !wasOver) {
      metrics.callsEnded.inc(after.ending)
      boards.callEnded(organization, call, caller)
      boards.codecs.delete(media.endpoint)
      // A mute belongs to one call.
      if ('operator' in after) boards.muted.delete(after.operator)
    }
    settleLines(change, lines)
    if (before?.type !== after.type || freeing.has(input.type)) void dispatch.kick(organization)
    hub.changed(organization)
  })
}

/** A line is busy while a call is joined to it: its audio says more than a probe would. */
function settleLines({ before, after }: Change, lines: Lines): void {
  const old = before && 'line' in before ? before.operator : undefined
  const now = 'line' in after ? after.operator : undefined
  if (old !== undefined && old !== now) lines.setBusy(old, false)
  if (now !== undefined) lines.setBusy(now, true)
}
