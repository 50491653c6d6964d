import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { nodeIdIn } from './node-id.ts'

let folders: string[]
beforeEach(() => {
  folders = [1, 2].map(() => mkdtempSync(join(tmpdir(), 'ringdown-node-')))
})
afterEach(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

describe('the id of a node', () => {
  test('is the same at every start from one data folder, and another in another', async () => {
    const [mine, other] = folders as [string, string]
    const id = await nodeIdIn(mine)
    expect(await nodeIdIn(mine)).toBe(id)
    expect(await nodeIdIn(other)).not.toBe(id)
  })

  test.each(['', 'node-', 'local'])('is not made up anew over a file that holds %j', async content => {
    const [mine] = folders as [string]
    writeFileSync(join(mine, 'node-id'), content)
    await expect(nodeIdIn(mine)).rejects.toThrow('holds no node id')
  })
})
