import type { OperatorLine } from './call.state.ts'

export function isSameLine(a: OperatorLine, b: OperatorLine): boolean {
  return a.worker === b.worker && a.endpoint === b.endpoint
}

/** Whether it comes from the operator who has this call. */
export function isTheirs(state: { operator: string }, input: { operator: string }): boolean {
  return state.operator === input.operator
}
