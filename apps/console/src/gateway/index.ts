export { ask, type Reader } from './ask.ts'
export type { Failure, Outcome } from './outcome.ts'
