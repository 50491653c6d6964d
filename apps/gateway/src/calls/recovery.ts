import type { LegDriver, LegKind, LegRecord } from '../legs/leg.port.ts'
import type { EndpointSnapshot, MediaPort } from '../media/worker.port.ts'
import type { CallInput, CallState } from './call.state.ts'
import type { Clock } from './clock.port.ts'
import type { OpenCall, UnreadableCall } from './journal.port.ts'
import type { SpoolingJournal } from './journal.ts'
import type { Change } from './mailbox.ts'
import { closingOf, recoveryOf, wasAnswered, withoutLeg } from './recovery.rules.ts'
import { straysOf } from './strays.rules.ts'

export type RecoveryNeeds = {
  journal: Pick<SpoolingJournal, 'openCalls' | 'append'>
  media: Pick<MediaPort, 'command'>
  drivers: ReadonlyMap<LegKind, LegDriver>
  clock: Pick<Clock, 'now'>
  failed(what: string, call: string, error: unknown): void
  adopt(call: string, state: CallState, sequence: number): void
  tell(call: string, input: CallInput): Promise<unknown>
  apply(change: Change): void
  states(): CallState[]
}

export type GoOn = (snapshots: ReadonlyMap<number, EndpointSnapshot[]>) => Promise<void>

/** Takes up the calls of a former control. Each by itself: one that cannot be taken up is ended, and keeps back no other. */
export async function restoreCalls(needs: RecoveryNeeds): Promise<GoOn> {
  const { calls, unreadable } = await needs.journal.openCalls()
  const kept = calls.filter(({ leg, state }) => !leg || restoreLeg(leg, wasAnswered(state), needs))
  const lost = [...unreadable, ...calls.filter(one => !kept.includes(one)).map(withoutLeg)]
  for (const { leg, answered } of unreadable) if (leg) restoreLeg(leg, answered, needs)
  for (const { call, state, sequence } of kept) if (state.type !== 'ended') needs.adopt(call, state, sequence)
  return async snapshots => {
    await Promise.all([
      ...kept.map(one => takeUp(one, snapshots, needs)),
      ...lost.map(one => abandon(one, needs)),
    ])
    for (const { worker, order } of straysOf(needs.states(), snapshots))
      void needs.media.command(worker, order).catch(error => needs.failed('stray', order.type, error))
  }
}

/** What a driver throws may quote the leg, with the caller's number in it: it goes no further. */
function restoreLeg(leg: LegRecord, answered: boolean, needs: RecoveryNeeds): boolean {
  try {
    return needs.drivers.get(leg.kind)?.restore(leg, { answered }) ?? false
  } catch {
    return false
  }
}

async function takeUp(one: OpenCall, snapshots: Parameters<GoOn>[0], needs: RecoveryNeeds): Promise<void> {
  const { call, state } = one
  // The former control wrote the ending and died before the far end was told.
  if (state.type === 'ended') needs.apply({ before: undefined, after: state, input: nothingAlive })
  else await needs.tell(call, recoveryOf(one, snapshots))
}

const nothingAlive: CallInput = { type: 'recovered', media: null, line: null, ringing: [] }

/** Its ending is written, whoever it held is free, and its far end is told where its leg could be read. */
async function abandon(one: UnreadableCall, needs: RecoveryNeeds): Promise<void> {
  const { call, what } = one
  needs.failed('recovery', call, new Error(`the ${what} cannot be read: the call is ended`))
  try {
    const { state, ...entry } = closingOf(one, needs.clock.now())
    const result = await needs.journal.append({ ...entry, state })
    if (result === 'written' || result === 'spooled')
      needs.apply({ before: undefined, after: state, input: entry.input })
    else needs.failed('recovery', call, new Error(`its ending could not be written: ${result}`))
  } catch (error) {
    needs.failed('recovery', call, error)
  }
}
