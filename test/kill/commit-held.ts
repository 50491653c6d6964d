import { setTimeout as wait } from 'node:timers/promises'
import type { TestGateway } from '../harness/gateway.ts'

/** Keeps every journal entry from being committed, as a disk would that has stopped. */
export async function holdCommits(gateway: TestGateway): Promise<{
  /** Resolves when a journal entry waits for its commit. */
  entryWaits(): Promise<void>
  release(): Promise<void>
}> {
  const client = await gateway.pool().connect()
  await client.query('begin')
  await client.query('lock table calls.entries in exclusive mode')
  return {
    async entryWaits() {
      for (;;) {
        const { rowCount } = await client.query(
          `select 1 from pg_locks where relation = 'calls.entries'::regclass and not granted`,
        )
        if (rowCount) break
        await wait(10)
      }
      // Whatever control did at that moment has left it by the time it answers something else.
      await fetch(`${gateway.url}/healthz`)
    },
    async release() {
      await client.query('commit')
      client.release()
    },
  }
}
