import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { identify, type ProcessIdentity } from './process-identity.ts'
import type { ChildName } from './supervision.state.ts'

/** Which processes belong to this data directory: for the children when their supervisor is gone, and for the next start. */
export type ChildrenRecord = Partial<Record<ChildName, ProcessIdentity>>

const fileName = 'children.json'

export function readChildrenRecord(runDirectory: string): ChildrenRecord {
  try {
    return JSON.parse(readFileSync(join(runDirectory, fileName), 'utf8')) as ChildrenRecord
  } catch {
    return {}
  }
}

export function createChildrenRecorder(runDirectory: string) {
  const record: ChildrenRecord = {}
  const write = () => {
    const path = join(runDirectory, fileName)
    writeFileSync(`${path}.new`, JSON.stringify(record), { mode: 0o600 })
    renameSync(`${path}.new`, path)
  }
  return {
    started(child: ChildName, pid: number): void {
      const identity = identify(pid)
      if (!identity) return
      record[child] = identity
      write()
    },
    ended(child: ChildName): void {
      delete record[child]
      write()
    },
  }
}
