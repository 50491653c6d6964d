import { fork } from 'node:child_process'
import { once } from 'node:events'
import { openSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../run-program.ts'

export type Launched = {
  /** Resolves when the program says that it is ready. */
  ready: Promise<void>
  /** Resolves with its exit code. */
  exited: Promise<number>
  stop(): void
}

/**
 * Starts a program of ours in its own session, so that one Ctrl-C is one SIGTERM to it. It ends by itself when this
 * process is killed: the channel between them closes.
 */
export function launch(order: { file: string; env?: NodeJS.ProcessEnv; log?: string }): Launched {
  const output = order.log === undefined ? 'inherit' : openSync(order.log, 'a', 0o600)
  const child = fork(join(root, order.file), {
    cwd: root,
    detached: true,
    env: { ...process.env, ...order.env },
    stdio: ['ignore', output, output, 'ipc'],
  })
  const ready = new Promise<void>(resolve => {
    child.on('message', message => {
      if ((message as { type?: unknown } | null)?.type === 'ready') resolve()
    })
  })
  const exited = once(child, 'exit').then(([code]) => (code as number | null) ?? 1)
  return { ready, exited, stop: () => void child.kill('SIGTERM') }
}
