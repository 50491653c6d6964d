import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { CrowdOrder, CrowdReport } from './crowd.ts'

export type Crowd = {
  /** How many of its calls still stand. */
  talking(): Promise<number>
  close(): void
}

/** Resolves when all of its calls stand. @throws Error when the process ends before */
export async function startCrowd(order: CrowdOrder): Promise<Crowd> {
  const child = fork(join(import.meta.dirname, 'crowd.ts'))
  const ended = once(child, 'exit').then(() => {
    throw new Error('the process that makes load has ended')
  })
  ended.catch(() => undefined)
  const report = () => Promise.race([once(child, 'message').then(([r]) => r as CrowdReport), ended])
  child.send(order)
  await report()
  return {
    async talking() {
      const answer = report()
      child.send({ type: 'report' })
      return (await answer).talking
    },
    close: () => child.connected && child.disconnect(),
  }
}
