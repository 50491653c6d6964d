import { join } from 'node:path'
import { expect } from 'vitest'
import { callerNumber } from '../harness/callers.ts'
import { type RunningProgram, runPeer } from '../harness/program.ts'

export type SippOrder = {
  /** A file of the folder `sipp`, without `.xml`. */
  scenario: string
  transport: 'udp' | 'tcp'
  /** Of the gateway, on loopback. */
  sipPort: number
  /** SIPp takes its audio ports from here on. */
  audioPort: number
  /** Where it runs and leaves its errors. */
  folder: string
  /** Number of the test caller. */
  caller: number
  to?: string
  /** s until SIPp gives up and fails. */
  timeout?: number
  /** Many calls, begun one after the other at this rate. */
  calls?: { perSecond: number; total: number }
}

export function startSipp(order: SippOrder): RunningProgram {
  const { scenario, transport, sipPort, audioPort, caller, to = '+15550100', timeout = 80 } = order
  const { perSecond, total } = order.calls ?? { perSecond: 10, total: 1 }
  const address = '127.0.0.1'
  return runPeer({
    command: 'sipp',
    cwd: order.folder,
    args: [
      ...[`${address}:${sipPort}`, '-sf', join(import.meta.dirname, 'sipp', `${scenario}.xml`)],
      ...['-i', address, '-mi', address, '-mp', String(audioPort), '-t', transport === 'udp' ? 'u1' : 't1'],
      ...['-s', to, '-key', 'caller', callerNumber(caller)],
      ...['-m', String(total), '-r', String(perSecond), '-nostdin'],
      ...['-timeout', String(timeout), '-timeout_error'],
      ...['-trace_err', '-error_file', `${scenario}-${transport}-errors.log`],
    ],
  })
}

/** What SIPp says when it is over. */
export async function expectSuccess(program: RunningProgram): Promise<void> {
  expect(await program.exited, program.output().slice(-1500)).toBe(0)
}
