import { renameSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { TestGateway } from '../harness/gateway.ts'

/** Kills the database and keeps it from being started again, until `back`. Resolves when the gateway has noticed. */
export async function takeDatabaseAway(gateway: TestGateway): Promise<{ back(): Promise<void> }> {
  const here = join(gateway.dataDir, 'postgres', 'global')
  const aside = `${here}.aside`
  await gateway.kill('database')
  renameSync(here, aside)
  while ((await fetch(`${gateway.url}/readyz`)).ok) await wait(20)
  return {
    async back() {
      renameSync(aside, here)
      await gateway.ready()
    },
  }
}
