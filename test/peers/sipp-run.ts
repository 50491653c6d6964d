import { join } from 'node:path'
import { expect } from 'vitest'
import { callerNumber } from '../harness/callers.ts'
import { eventually } from '../harness/heard.ts'
import { isListening } from '../harness/listeners.ts'
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
  /** Of a desk phone, where the scenario has one. */
  account?: { username: string; password: string /** Of the requests that bring it. */; uri?: string }
  /** SIPp speaks from here; any free one unless told. */
  localPort?: number
  /** Many calls, begun one after the other at this rate. */
  calls?: { perSecond: number; total: number }
}

export function startSipp(order: SippOrder): RunningProgram {
  const { scenario, transport, sipPort, audioPort, caller, to = '+15550100', timeout = 160 } = order
  const { perSecond, total } = order.calls ?? { perSecond: 10, total: 1 }
  const address = '127.0.0.1'
  return runPeer({
    command: 'sipp',
    cwd: order.folder,
    args: [
      ...[`${address}:${sipPort}`, '-sf', join(import.meta.dirname, 'sipp', `${scenario}.xml`)],
      ...['-i', address, '-mi', address, '-mp', String(audioPort), '-t', transport === 'udp' ? 'u1' : 't1'],
      ...['-s', to, '-key', 'caller', callerNumber(caller)],
      ...accountArguments(order),
      ...['-m', String(total), '-r', String(perSecond), '-nostdin'],
      ...['-timeout', String(timeout), '-timeout_error'],
      ...['-trace_err', '-error_file', `${scenario}-${transport}-errors.log`],
    ],
  })
}

export type SippFarEndOrder = Pick<SippOrder, 'scenario' | 'transport' | 'folder'> & {
  /** Where it is called, on loopback. */
  port: number
}

/** SIPp as the one who is called, once. Resolves when it can be. */
export async function startSippFarEnd(order: SippFarEndOrder): Promise<RunningProgram> {
  const { scenario, transport, folder, port } = order
  const address = '127.0.0.1'
  const program = runPeer({
    command: 'sipp',
    cwd: folder,
    args: [
      ...['-sf', join(import.meta.dirname, 'sipp', `${scenario}.xml`), '-p', String(port)],
      ...['-i', address, '-mi', address, '-t', transport === 'udp' ? 'u1' : 't1'],
      ...['-m', '1', '-nostdin', '-timeout', '160', '-timeout_error'],
      ...['-trace_err', '-error_file', `${scenario}-${transport}-errors.log`],
    ],
  })
  await eventually('SIPp listens', () => isListening(transport, port))
  return program
}

function accountArguments({ account, localPort }: SippOrder): string[] {
  const port = localPort === undefined ? [] : ['-p', String(localPort)]
  if (!account) return port
  const { username, password, uri } = account
  const auth = ['-key', 'username', username, '-au', username, '-ap', password]
  return [...port, ...auth, ...(uri === undefined ? [] : ['-auth_uri', uri])]
}

/** What SIPp says when it is over. */
export async function expectSuccess(program: RunningProgram): Promise<void> {
  expect(await program.exited, program.output().slice(-1500)).toBe(0)
}
