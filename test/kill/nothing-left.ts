import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { TestGateway } from '../harness/gateway.ts'
import { mediaPortsBound } from '../harness/media-ports.ts'

/** No port and no file of a call outlives it; the first port is the one of all browsers. */
export async function expectNothingLeft(gateway: TestGateway): Promise<void> {
  const spool = join(gateway.dataDir, 'journal.spool')
  await expect.poll(() => existsSync(spool), { message: 'a spool that was not brought in' }).toBe(false)
  await expect.poll(() => mediaPortsBound(gateway)).toEqual([gateway.mediaFrom])
}
