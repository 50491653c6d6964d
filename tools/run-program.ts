import { spawn } from 'node:child_process'

export type ProgramResult = { code: number; stdout: string; stderr: string }

/** Runs a program to its end; a program that cannot be started has code 127. `live` shows its output as it comes. */
export function runProgram(order: {
  command: string
  args: string[]
  cwd?: string
  env?: NodeJS.ProcessEnv
  live?: boolean
}): Promise<ProgramResult> {
  return new Promise(resolve => {
    const child = spawn(order.command, order.args, {
      cwd: order.cwd,
      env: { ...process.env, ...order.env },
      stdio: order.live ? ['ignore', 'inherit', 'inherit'] : ['ignore', 'pipe', 'pipe'],
    })
    const endWithUs = () => void child.kill()
    process.once('exit', endWithUs)
    let stdout = ''
    let stderr = ''
    child.stdout?.on('data', chunk => {
      stdout += chunk
    })
    child.stderr?.on('data', chunk => {
      stderr += chunk
    })
    child.on('error', error => resolve({ code: 127, stdout, stderr: `${order.command}: ${error.message}` }))
    child.on('close', code => {
      process.off('exit', endWithUs)
      resolve({ code: code ?? 1, stdout, stderr })
    })
  })
}

/** `12.3 s` since `startedAt`, a `performance.now()`. */
export function elapsed(startedAt: number): string {
  return `${((performance.now() - startedAt) / 1000).toFixed(1)} s`
}

export const root = new URL('..', import.meta.url).pathname
