export { createFileFailpoints } from './failpoints.ts'
export type { Metrics } from './metrics.ts'
export { createMetrics } from './metrics.ts'
