// Planted: control-knows-no-worker-internals.
import { worker } from './media/worker/index.ts'

export const main = worker
