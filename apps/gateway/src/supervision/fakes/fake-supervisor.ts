import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Launch } from '../child.port.ts'
import { launchProgram } from '../child-process.ts'
import { launchDatabase, type RunningDatabase } from '../database-child.ts'
import { DataDirectoryTaken } from '../run-directory.ts'
import { runSupervisor } from '../run-supervisor.ts'
import type { ChildName, Timing } from '../supervision.state.ts'

/** The real supervisor with children that can be looked at. FAKE_DATA: its data directory; FAKE_TIMING: JSON. */
const fake = (name: string) => join(import.meta.dirname, `fake-${name}.ts`)

async function startDatabase(): Promise<RunningDatabase> {
  const child = spawn(process.execPath, [fake('database')], { detached: true, stdio: 'ignore' })
  await once(child, 'spawn')
  // As the real server: nothing about it keeps the supervisor's event loop alive.
  child.unref()
  const ended = once(child, 'exit').then(() => undefined)
  return {
    pid: child.pid!,
    ended,
    stop: async () => {
      child.kill('SIGINT')
      await ended
    },
  }
}

function launches(runDirectory: string): Map<ChildName, Launch> {
  const env = { ...process.env, RINGDOWN_RUN: runDirectory }
  const imports = [pathToFileURL(join(import.meta.dirname, '../outlive-control.ts')).href]
  const worker = (index: number) =>
    launchProgram({
      file: fake('worker'),
      imports,
      env: () => ({ ...env, RINGDOWN_WORKER_INDEX: String(index) }),
    })
  return new Map<ChildName, Launch>([
    ['database', launchDatabase(startDatabase)],
    ['worker 0', worker(0)],
    ['worker 1', worker(1)],
    ['control', launchProgram({ file: fake('control'), env: () => env })],
  ])
}

const say = (fields: object, text: string) => void process.stdout.write(`${text} ${JSON.stringify(fields)}\n`)

try {
  await runSupervisor({
    dataDir: process.env.FAKE_DATA ?? '',
    timing: JSON.parse(process.env.FAKE_TIMING ?? '') as Timing,
    log: { info: say, warn: say },
    launches,
  })
  process.exit(0)
} catch (error) {
  process.stderr.write(`${error instanceof DataDirectoryTaken ? error.message : String(error)}\n`)
  process.exit(1)
}
