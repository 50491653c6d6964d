import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import type { TestGateway } from '../../test/harness/gateway.ts'
import type { MemoryReport } from './memory-probe.ts'

/** What a process holds once all garbage is collected; MB. */
export type HeldMemory = {
  /** Objects of V8, and what they hold outside of its heap: buffers, native handles. */
  used: number
  /** In RAM, with what native libraries hold; goes down seldom and late. */
  resident: number
}

const MEBIBYTE = 1024 * 1024
const patienceMs = 30_000
const lookMs = 10

/** Weighs the processes of a gateway. Start it with `env`, which loads the probe into each of them. */
export function createMemoryScale() {
  const folder = mkdtempSync(join(tmpdir(), 'ringdown-held-'))
  const probe = pathToFileURL(join(import.meta.dirname, 'memory-probe.ts'))
  probe.searchParams.set('folder', folder)

  async function weighOne(pid: number): Promise<HeldMemory> {
    const path = join(folder, `${pid}.json`)
    rmSync(path, { force: true })
    process.kill(pid, 'SIGUSR2')
    const until = Date.now() + patienceMs
    while (!existsSync(path)) {
      if (Date.now() > until) throw new Error(`process ${pid} does not say what it holds`)
      await wait(lookMs)
    }
    const { heapUsed, external, rss } = JSON.parse(readFileSync(path, 'utf8')) as MemoryReport
    return { used: (heapUsed + external) / MEBIBYTE, resident: rss / MEBIBYTE }
  }

  return {
    env: { NODE_OPTIONS: `--import ${probe.href}` },
    async weigh(gateway: TestGateway): Promise<Record<'control' | 'worker', HeldMemory>> {
      const control = await weighOne(gateway.pid('control'))
      return { control, worker: await weighOne(gateway.pid('worker 0')) }
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
