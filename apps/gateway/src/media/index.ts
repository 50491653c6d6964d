export type * from './worker.port.ts'
export { WorkerPool, type WorkerPoolOptions } from './worker-pool.ts'
