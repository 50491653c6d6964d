import type { TimerName } from '../transaction/timers.ts'
import type { Step, TransactionInput } from '../transaction/transaction.ts'
import { transition } from '../transaction/transition.ts'
import { effectLines } from './transcript.ts'

/** One line of a transaction's table: what went in, where it stands then, and what the last input caused. */
export interface TransitionRow {
  readonly title: string
  readonly reliable?: boolean
  readonly inputs: readonly TransactionInput[]
  readonly state: string
  readonly effects: readonly string[]
}

export const timer = (name: TimerName): TransactionInput => ({ type: 'timer', name })
export const transportError: TransactionInput = { type: 'transport error' }

/** A transaction after these inputs, with the effects of the last one as lines. */
export function afterInputs(start: Step, inputs: readonly TransactionInput[]) {
  const step = inputs.reduce<Step>((last, input) => transition(last.state, input), start)
  return { state: step.state.name, effects: effectLines(step) }
}
