import { fileURLToPath } from 'node:url'
import { readWorkerSettings } from './settings.rules.ts'
import { startWorker } from './worker.ts'

/** ms that a worker whose supervisor is gone waits for a control to come back. */
const ORPHAN_MS = 5000

const standardPrompts = fileURLToPath(new URL('../../../prompts', import.meta.url))

const worker = await startWorker(readWorkerSettings(process.env, standardPrompts))
let isStopping = false

async function stop(): Promise<void> {
  if (isStopping) return
  isStopping = true
  await worker.stop()
  // node-datachannel's threads would keep the process alive, and its own clean-up aborts after many peers.
  process.exit(0)
}

function stopOnceAlone(): void {
  const timer = setInterval(() => {
    const away = worker.controlAwayFor()
    if (away === undefined || away < ORPHAN_MS) return
    clearInterval(timer)
    void stop()
  }, 500)
}

process.on('message', (message, socket) => {
  const taken = worker.receive(message, socket)
  // A supervisor that is gone needs no answer.
  if (taken) process.send?.(taken, undefined, undefined, () => undefined)
})
process.on('disconnect', stopOnceAlone)
process.on('SIGTERM', () => void stop())
// Ctrl-C reaches the whole process group; the order of stopping is the supervisor's.
process.on('SIGINT', () => {})
