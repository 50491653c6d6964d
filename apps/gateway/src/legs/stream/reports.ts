import type { CallsPort, LegEvent, LegId } from '../leg.port.ts'
import type { StreamCounter } from './stream-legs.port.ts'

type WithoutNames<E> = E extends LegEvent ? Omit<E, 'leg' | 'call'> : never
export type LegReport = WithoutNames<LegEvent>

/** Tells `calls` what happened to one leg, in order; what happens before the call has its id waits for it. */
export function createReports(given: {
  calls: CallsPort
  leg: LegId
  call: string | null
  counter: StreamCounter
  /** `calls` does not know this call, or it is over. */
  onGone(): void
}) {
  const { promise: named, resolve: name } = Promise.withResolvers<string>()
  if (given.call !== null) name(given.call)
  let call = given.call
  let last: Promise<void> = Promise.resolve()

  async function tell(report: LegReport): Promise<void> {
    const event = { ...report, leg: given.leg, call: await named } as LegEvent
    const answer = await given.calls.report(event)
    if (answer === 'gone' && report.type !== 'ended') given.onGone()
  }

  return {
    name(id: string) {
      call = id
      name(id)
    },
    call: () => call,
    /** The call's id, as soon as it has one. */
    named,
    /** Resolves when the report is journaled, or when `calls` refused it. */
    send(report: LegReport): Promise<void> {
      last = last.then(() => tell(report)).catch(() => given.counter.count('report failed'))
      return last
    },
  }
}
