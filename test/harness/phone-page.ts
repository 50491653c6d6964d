import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

const program = join(import.meta.dirname, '../../tools/phone/main.ts')

export type TestPhonePage = { stop(): Promise<number | null> }

/** The process behind the telephone page, as the demo starts it. Resolves when it listens. */
export async function startPhonePage(order: { port: number; sipPort: number }): Promise<TestPhonePage> {
  const child: ChildProcess = fork(program, {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: {
      ...process.env,
      RINGDOWN_DEMO: '1',
      RINGDOWN_PHONE_PORT: String(order.port),
      RINGDOWN_SIP: `127.0.0.1:${order.sipPort}`,
    },
  })
  const exited = once(child, 'exit')
  const first = await Promise.race([once(child, 'message'), exited])
  if (child.exitCode !== null) throw new Error(`the telephone page ended with ${JSON.stringify(first)}`)
  return {
    async stop() {
      if (child.exitCode === null) child.kill('SIGTERM')
      await exited
      return child.exitCode
    },
  }
}
