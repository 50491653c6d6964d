import { readdirSync } from 'node:fs'
import type { ProcessName, TestGateway } from '../../test/harness/gateway.ts'
import { memoryKb } from '../bench/process-cost.ts'

/** What may not change or grow while a gateway is attacked. */
export type VitalSigns = {
  pids: Readonly<Record<ProcessName, number>>
  /** Open file handles; those of control as /metrics says. */
  handles: { control: number; worker: number }
  /** What control uses (/metrics: V8's heap and what it holds outside), the worker's memory in RAM; MB, with garbage. */
  memoryMb: { control: number; worker: number }
  /** Calls that are not over. */
  calls: number
  /** Inputs of SIP that cost an exception or could not be answered, and other things that should not happen. */
  failures: number
}

const PROCESSES: readonly ProcessName[] = ['control', 'worker 0', 'database', 'supervisor']
const MEBIBYTE = 1024 * 1024

/** Handles beside those that open calls explain: connections that are being closed, the database's. */
const SPARE_HANDLES = 40
/** RTP, RTCP, and a connection. */
const HANDLES_OF_CALL = 4
/** Garbage not collected yet, transactions that are remembered for 32 s, compiled code: growth is judged without (`growth.ts`). */
const SPARE_MB = 200

export async function readVitalSigns(gateway: TestGateway): Promise<VitalSigns> {
  const text = await (await fetch(`${gateway.url}/metrics`)).text()
  const open = await gateway.sql(`select 1 from calls.calls where status <> 'ended'`)
  const worker = gateway.pid('worker 0')
  return {
    pids: Object.fromEntries(PROCESSES.map(name => [name, gateway.pid(name)])) as VitalSigns['pids'],
    handles: {
      control: metric(text, 'ringdown_process_open_fds'),
      worker: readdirSync(`/proc/${worker}/fd`).length,
    },
    memoryMb: {
      control:
        (metric(text, 'ringdown_nodejs_heap_size_used_bytes') +
          metric(text, 'ringdown_nodejs_external_memory_bytes')) /
        MEBIBYTE,
      worker: memoryKb(worker) / 1024,
    },
    calls: open.length,
    failures:
      metric(text, 'ringdown_sip_trouble_total{what="failed"}') + metric(text, 'ringdown_failures_total'),
  }
}

/** The sum of all lines that begin so; 0 without any. */
function metric(text: string, start: string): number {
  const lines = text.split('\n').filter(line => line.startsWith(start))
  return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0)
}

/** What is worse than before, in words. */
export function compareVitalSigns(before: VitalSigns, now: VitalSigns): string[] {
  const problems: string[] = []
  for (const name of PROCESSES)
    if (before.pids[name] !== now.pids[name]) problems.push(`${name} was restarted`)
  const calls = Math.max(0, now.calls - before.calls)
  for (const name of ['control', 'worker'] as const) {
    const handles = now.handles[name] - before.handles[name]
    if (handles > SPARE_HANDLES + HANDLES_OF_CALL * calls)
      problems.push(`${name} has ${handles} file handles more, with ${calls} calls more`)
    const grown = now.memoryMb[name] - before.memoryMb[name]
    if (grown > SPARE_MB) problems.push(`${name} has grown by ${Math.round(grown)} MB`)
  }
  return problems
}
