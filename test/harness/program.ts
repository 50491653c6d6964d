import { type ChildProcess, spawn } from 'node:child_process'

/** A program of somebody else that a test runs. */
export type RunningProgram = {
  /** Everything it wrote so far. */
  output(): string
  /** Resolves with its exit code; -1 when a signal ended it. */
  readonly exited: Promise<number>
  /** Resolves when the output has this. @throws Error with the output, when the program ends or a minute passes first */
  said(text: RegExp): Promise<void>
  /** SIGINT, and SIGKILL where that is not enough. Resolves when it is gone. */
  stop(): Promise<void>
}

const patienceMs = 60_000
/** A telephone takes its registration back first, and may be asked for its password again. */
const endMs = 15_000

export function runPeer(order: { command: string; args: string[]; cwd?: string }): RunningProgram {
  const child = spawn(order.command, order.args, { cwd: order.cwd, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  const listeners = new Set<() => void>()
  const take = (text: string) => {
    output += text
    for (const listener of listeners) listener()
  }
  child.stdout.setEncoding('utf8').on('data', take)
  child.stderr.setEncoding('utf8').on('data', take)
  const exited = new Promise<number>(resolve => {
    child.on('error', error => {
      take(String(error))
      resolve(127)
    })
    child.on('close', code => resolve(code ?? -1))
  })
  return {
    output: () => output,
    exited,
    said: text => said({ text, exited, listeners, output: () => output }),
    stop: () => stop(child, exited),
  }
}

async function said(order: {
  text: RegExp
  exited: Promise<number>
  listeners: Set<() => void>
  output: () => string
}): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const look = () => order.text.test(order.output()) && resolve()
  const fail = () => reject(new Error(`${order.text} was never said:\n${order.output().slice(-2000)}`))
  order.listeners.add(look)
  const timer = setTimeout(fail, patienceMs)
  void order.exited.then(fail)
  look()
  try {
    await promise
  } finally {
    clearTimeout(timer)
    order.listeners.delete(look)
  }
}

async function stop(child: ChildProcess, exited: Promise<number>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const kill = setTimeout(() => child.kill('SIGKILL'), endMs)
  child.kill('SIGINT')
  await exited
  clearTimeout(kill)
}
