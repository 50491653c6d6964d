import type { OperatorView } from '@ringdown/contract'
import type { LiveClient, LiveErrorCode, LiveOrder, LiveOutcome } from '../live/index.ts'
import type { MicrophoneProblem, Phone } from '../phone/index.ts'
import { type Time, until } from '../time/index.ts'

const lineWithinMs = 15_000
const warmWithinMs = 10_000

/** Steps on the way to what needs a line, in order, as the page names them. */
export type GoingStep = 'microphone' | 'line' | 'test'

export type OperatorProblem =
  | { type: 'microphone'; problem: MicrophoneProblem }
  | { type: 'line' }
  | { type: 'refused'; code: LiveErrorCode }

export type LineOrderArgs = {
  live: LiveClient
  phone: Phone
  time: Time
  order: LiveOrder
  /** Whether the view says that it is so. The line stays wanted until then, or it would be released in between. */
  isShown(view: OperatorView): boolean
  onStep(step: GoingStep): void
}

/** Asks the gateway for something that needs a line: the microphone first, then the line, then the order. Null: it was done. */
export async function orderWithLine(args: LineOrderArgs): Promise<OperatorProblem | null> {
  args.onStep('microphone')
  const problem = await tryWithLine(args)
  args.phone.prepare(false)
  return problem
}

async function tryWithLine(args: LineOrderArgs): Promise<OperatorProblem | null> {
  const { live, phone, time } = args
  const microphone = await phone.microphone.ask()
  if (microphone) return { type: 'microphone', problem: microphone }

  args.onStep('line')
  phone.prepare(true)
  const isUp = await until({
    observable: phone.line,
    condition: line => line.phase.at === 'up',
    withinMs: lineWithinMs,
    time,
  })
  if (!isUp) return { type: 'line' }

  args.onStep('test')
  const outcome = await askOnceWarm(args)
  if (!outcome.ok)
    return outcome.code === 'operator.no-line' ? { type: 'line' } : { type: 'refused', code: outcome.code }
  await until({
    observable: live,
    condition: ({ view }) => view !== null && args.isShown(view),
    withinMs: warmWithinMs,
    time,
  })
  return null
}

/** A gateway that has not finished its first probe refuses; it is asked again when the line is warm. */
async function askOnceWarm({ live, time, order }: LineOrderArgs): Promise<LiveOutcome> {
  const first = await live.send(order)
  if (first.ok || first.code !== 'operator.no-line') return first
  const isWarm = await until({
    observable: live,
    condition: ({ view }) => view?.line.state === 'warm',
    withinMs: warmWithinMs,
    time,
  })
  return isWarm ? live.send(order) : first
}
