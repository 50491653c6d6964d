import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { SetUpsOrder, SetUpsReport } from './set-ups-crowd.ts'

export type SetUps = {
  /** Resolves when so many calls are done, or at the deadline (ms since the epoch). `voiceAfterMs`: since it was last asked. */
  until(calls: number, deadline: number): Promise<SetUpsReport>
  close(): void
}

const lookMs = 100

/** Resolves when its operators are signed in and its callers dial. @throws Error when the process ends before */
export async function startSetUps(order: SetUpsOrder): Promise<SetUps> {
  const child = fork(join(import.meta.dirname, 'set-ups-crowd.ts'))
  const ended = once(child, 'exit').then(() => {
    throw new Error('the process that makes calls has ended')
  })
  ended.catch(() => undefined)
  const answer = () =>
    Promise.race([once(child, 'message').then(([report]) => report as SetUpsReport), ended])
  const ready = answer()
  child.send(order)
  await ready
  return {
    async until(calls, deadline) {
      const voiceAfterMs: number[] = []
      for (;;) {
        await wait(lookMs)
        const asked = answer()
        child.send({ type: 'look' })
        const report = await asked
        voiceAfterMs.push(...report.voiceAfterMs)
        if (report.done >= calls || Date.now() >= deadline) return { ...report, voiceAfterMs }
      }
    },
    close: () => child.connected && child.disconnect(),
  }
}
