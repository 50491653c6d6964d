import { renameSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { isAlive, type TestGateway } from '../harness/gateway.ts'

/** Kills the database and keeps it from being started again, until `back`. Resolves when the gateway has noticed. */
export async function takeDatabaseAway(gateway: TestGateway): Promise<{ back(): Promise<void> }> {
  const here = join(gateway.dataDir, 'postgres', 'global')
  const aside = `${here}.aside`
  await gateway.kill('database')
  renameSync(here, aside)
  // Started again in the moment between, it would run on with what it has read.
  const started = gateway.children().database?.pid
  if (started !== undefined && isAlive(started)) await gateway.kill('database')
  while ((await fetch(`${gateway.url}/readyz`)).ok) await wait(20)
  return {
    async back() {
      renameSync(aside, here)
      await gateway.ready()
    },
  }
}
