import type { LayerStats } from './ports.ts'

export type Counter = Exclude<keyof LayerStats, 'active'>

/** Running totals of a transaction layer, all zero. */
export const noCounts = (): Record<Counter, number> => ({
  requestsReceived: 0,
  responsesReceived: 0,
  requestsSent: 0,
  responsesSent: 0,
  retransmissionsSent: 0,
  retransmissionsReceived: 0,
  unexpectedInputs: 0,
  strayResponses: 0,
  strayAcks: 0,
  refused: 0,
  timeouts: 0,
  transportErrors: 0,
})
