import { renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** What it writes, bytes: some of what `process.memoryUsage` says. */
export type MemoryReport = { heapUsed: number; external: number; rss: number }

// Loaded into each process of a gateway that is fuzzed, by NODE_OPTIONS: upon SIGUSR2 it writes down what is held when all garbage
// is collected.
const folder = new URL(import.meta.url).searchParams.get('folder') ?? '.'
setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void
/** What the first collection lets go of beside the heap (finalizers, buffers) is freed a little later. ms */
const settleMs = 50

process.on('SIGUSR2', () => {
  collect()
  setTimeout(() => {
    collect()
    const { heapUsed, external, rss } = process.memoryUsage()
    const path = join(folder, `${process.pid}.json`)
    writeFileSync(`${path}.part`, JSON.stringify({ heapUsed, external, rss } satisfies MemoryReport))
    renameSync(`${path}.part`, path)
  }, settleMs).unref()
})
